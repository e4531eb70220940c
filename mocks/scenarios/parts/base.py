"""How the scenario talks to the endpoint: calls that it refuses are skipped and named."""

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

HOME = "us-east-1"
OTHER = "eu-west-1"
REGIONS = (HOME, OTHER)
ACCOUNT = "123456789012"
"""The account of moto's server."""
PARTNER = "999999999999"
"""An account that is not ours."""


class Missing:
    """The answer of a call that was skipped: every part of it is missing too."""

    def __init__(self, call):
        self.call = call

    def __getitem__(self, _):
        return self

    def __iter__(self):
        return iter(())

    def __str__(self):
        return f"<missing: {self.call}>"


def missing(value):
    """The skipped call that a request's parameters hang on, if any."""
    if isinstance(value, Missing):
        return value
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return None
    return next((found for item in value if (found := missing(item))), None)


def without_account(request, **_):
    """Sends a request to the host itself."""
    request.url = request.url.replace(f"://{ACCOUNT}.", "://", 1)


class Client:
    """A boto3 client whose refused calls are skipped and written down."""

    def __init__(self, world, service, region):
        self.world = world
        self.service = service
        self.region = region
        self.client = world.session.client(
            service,
            region_name=region,
            endpoint_url=world.endpoint,
            config=Config(
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )
        # S3 Control puts the account before the host, and a stand-in has no such name.
        self.client.meta.events.register("before-send", without_account)

    def __getattr__(self, name):
        method = getattr(self.client, name)
        operation = self.client.meta.method_to_api_mapping[name]
        call = f"{self.service}:{operation}"

        def run(**request):
            if cause := missing(request):
                self.world.skip(call, self.region, f"hangs on {cause.call}")
                return Missing(cause.call)
            try:
                return method(**request)
            except (ClientError, BotoCoreError, ResponseParserError) as error:
                # What follows the first line is the page of a server error.
                reason = str(error).split("\n", 1)[0].split("<", 1)[0].strip(" :")
                self.world.skip(call, self.region, reason[:200])
                return Missing(call)

        return run


class World:
    """The account that is being made."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.session = boto3.Session(
            aws_access_key_id="testing", aws_secret_access_key="testing", region_name=HOME
        )
        self.clients = {}
        self.ids = {}
        self.skipped = []

    def aws(self, service, region=HOME):
        """The client of a service in a Region."""
        key = (service, region)
        if key not in self.clients:
            self.clients[key] = Client(self, service, region)
        return self.clients[key]

    def called(self, name, identifier):
        """Gives an identifier that the endpoint chose a name by which tests know it."""
        if name in self.ids:
            raise ValueError(f"two things are called {name}")
        if isinstance(identifier, str):
            self.ids[name] = identifier
        return identifier

    def skip(self, call, region, reason):
        """Writes down a call that the endpoint refused."""
        self.skipped.append(call)
        print(f"skipped {call} in {region}: {reason}")


def tags(**pairs):
    """Tags in the form that most services take."""
    return [{"Key": key, "Value": value} for key, value in pairs.items()]

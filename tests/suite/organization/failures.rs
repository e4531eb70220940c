//! What goes wrong with the files of one account: it is told, and all else is there.

use super::*;

#[test]
fn a_report_of_one_account_that_cannot_be_written_costs_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    // Where a report of one account would be, there is a folder; where another one would make a
    // folder for its snapshot, there is a file.
    let (payments, sandbox) = (format!("{PAYMENTS}.json"), SANDBOX);
    std::fs::create_dir_all(at("json").join(&payments)).unwrap();
    std::fs::create_dir(at("snapshots")).unwrap();
    std::fs::write(at("snapshots").join(sandbox), "").unwrap();
    let place = |name: &str| at(name).display().to_string();
    let reports = [
        format!("json={}", place("all.json")),
        format!("json={}/", place("json")),
        format!("csv={}/", place("csv")),
    ];
    let snapshots = place("snapshots/{account}/read.jsonl.gz");
    let mut arguments = [AUDIT, &["-q", "--snapshot", &snapshots]].concat();
    for report in &reports {
        arguments.extend(["-o", report]);
    }
    // Worse than what was found, which alone would be 1.
    arguments.extend(["--fail-on", "low"]);
    let complaint = runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let (code, said, complaint) = ask(&emulator, &arguments).await;
        assert_eq!((code, said.as_str()), (4, ""), "{complaint}");
        emulator.stop().await;
        complaint
    });
    let document = read(&at("all.json"));
    assert_eq!(
        states(&document)[..3],
        [(MANAGEMENT, "read"), (PAYMENTS, "read"), (SANDBOX, "read")]
    );
    let notes: Vec<&str> = document["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note.as_str().unwrap())
        .collect();
    let [of_payments, of_sandbox] = notes[..] else {
        panic!("{notes:?}");
    };
    for (account, note, path) in [
        (PAYMENTS, of_payments, at("json").join(&payments)),
        (SANDBOX, of_sandbox, at("snapshots").join(sandbox)),
    ] {
        let why = format!("cannot write {}", path.display());
        let told = format!("Account {account} was read, but {why}: ");
        assert!(note.starts_with(&told), "{note}");
        assert!(
            complaint.contains(&format!("account {account}: {why}")),
            "{complaint}"
        );
    }
    // The other reports of these accounts, and those of the others.
    for account in [MANAGEMENT, PAYMENTS, SANDBOX, LOCKED] {
        assert!(at("csv").join(format!("{account}.csv")).is_file());
        let report = at("json").join(format!("{account}.json"));
        assert_eq!(report.is_file(), account != PAYMENTS);
        let snapshot = at("snapshots").join(account).join("read.jsonl.gz");
        assert_eq!(snapshot.is_file(), account != SANDBOX);
    }
}

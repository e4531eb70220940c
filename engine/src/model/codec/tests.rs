use super::*;
use crate::model::{Facet, Kind, sns};

/// A snapshot's text: its header, some lines, and the end that counts them.
fn text(resources: &[Value]) -> String {
    let header = json!({"header": {
        "schema": 1, "tool": "t", "account": "111122223333", "caller": "c", "partition": "aws",
        "regions": [], "started": "2026-01-01T00:00:00Z", "asked": [], "ledger": [],
    }});
    let end = json!({"end": {"resources": resources.len(), "listings": 0, "gaps": 0}});
    let lines = resources.iter().map(|r| json!({ "resource": r }));
    let all: Vec<String> = [header]
        .into_iter()
        .chain(lines)
        .chain([end])
        .map(|line| line.to_string() + "\n")
        .collect();
    all.concat()
}

fn pack(text: &str) -> Vec<u8> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::new(6));
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

fn error_of(text: &str) -> String {
    Snapshot::decode(pack(text).as_slice())
        .unwrap_err()
        .to_string()
}

#[test]
fn a_first_line_that_is_no_object_is_refused() {
    for line in [
        "[1]\n",
        "7\n",
        "\"header\"\n",
        "null\n",
        "{\"header\": 1}\n",
    ] {
        assert_eq!(
            error_of(line),
            "not a waterline snapshot: its first line is no header; give the file that \
`waterline collect`, or `--snapshot`, wrote"
        );
    }
}

#[test]
fn a_checksum_that_does_not_match_is_noticed() {
    let whole = pack(&text(&[]));
    assert!(Snapshot::decode(whole.as_slice()).is_ok());
    // The last eight bytes: the checksum and the length.
    for at in whole.len() - 8..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        let error = Snapshot::decode(damaged.as_slice()).unwrap_err();
        assert!(matches!(error, DecodeError::Damaged { .. }), "{error}");
        let error = Snapshot::decode(&whole[..at]).unwrap_err();
        assert!(matches!(error, DecodeError::CutOff { .. }), "{error}");
    }
}

#[test]
fn what_is_cut_off_at_its_beginning_is_told_from_what_is_no_snapshot() {
    let whole = pack(&text(&[]));
    for length in 1..whole.len() {
        let error = Snapshot::decode(&whole[..length]).unwrap_err();
        assert!(
            matches!(error, DecodeError::CutOff { .. }),
            "{length}: {error}"
        );
    }
    for other in [
        &b""[..],
        b"s",
        b"something else",
        b"PK\x03\x04",
        b"\x1f\x9d",
    ] {
        let error = Snapshot::decode(other).unwrap_err();
        assert!(matches!(error, DecodeError::NotASnapshot(_)), "{error}");
    }
    let error = Snapshot::decode(&whole[..15]).unwrap_err().to_string();
    assert!(error.contains("cut off within its first line"), "{error}");
}

#[test]
fn a_kind_that_only_a_newer_program_knows_says_to_update() {
    let one = text(&[json!({"kind": "x.y"})]);
    assert_eq!(
        error_of(&one),
        "line 2 of the snapshot holds a resource of the kind `x.y`, which this version of \
waterline does not know: it was written by waterline t, update this one"
    );
    // Of this very version, it is no kind of anybody's.
    let own = one.replace("\"t\"", concat!("\"", env!("CARGO_PKG_VERSION"), "\""));
    assert_eq!(
        error_of(&own),
        "line 2 of the snapshot is damaged: unknown kind `x.y`"
    );
}

#[test]
fn nothing_is_left_out_silently() {
    let more = text(&[]) + "{\"gap\": 1}\n";
    assert_eq!(
        error_of(&more),
        "line 3 of the snapshot is damaged: it comes after the last line"
    );
    let two = text(&[]).replace("{\"end\"", "{\"gap\": 1, \"end\"");
    assert_eq!(
        error_of(&two),
        "line 2 of the snapshot is damaged: not an object with one key"
    );
}

#[test]
fn a_tag_may_be_called_like_the_mark_of_what_was_not_read() {
    for tags in [
        json!({"$unread": "x"}),
        json!({"$unread": "x", "b": "y"}),
        json!({"$unread": []}),
    ] {
        let topic = json!({
            "kind": sns::Topic::NAME, "arn": "arn:aws:sns:eu-west-1:111122223333:t", "id": "t",
            "account": "111122223333", "region": "eu-west-1", "managed_by": "customer",
            "name": "t", "tags": tags,
        });
        let bytes = pack(&text(&[complete(topic)]));
        let snapshot = Snapshot::decode(bytes.as_slice()).unwrap();
        let read = &snapshot.resources[0].meta.tags;
        match tags["$unread"].is_array() {
            true => assert_eq!(*read, Facet::not_asked()),
            false => assert_eq!(json!(read.known().unwrap()), tags),
        }
        let mut again = Vec::new();
        snapshot.encode(&mut again).unwrap();
        let again = Snapshot::decode(again.as_slice()).unwrap();
        assert_eq!(again.resources[0].meta.tags, *read);
    }
}

/// The facts of a topic that the test leaves out, unread.
fn complete(mut topic: Value) -> Value {
    let schema = crate::model::schema();
    let fields = schema["$defs"][sns::Topic::NAME]["properties"].as_object();
    for (name, part) in fields.unwrap() {
        if topic[name].is_null() && part["x-facet"] == true {
            topic[name] = json!({"$unread": []});
        }
    }
    topic
}

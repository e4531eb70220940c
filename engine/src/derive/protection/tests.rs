use super::*;
use crate::model::backup::{BackupSelection, ResourceType};
use crate::model::ec2_compute::VolumeAttachment;
use crate::model::{Facts, Header, Listing, Resource};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

fn put(snapshot: &mut Snapshot, arn: &str, facts: impl Facts + 'static) {
    let meta = Meta {
        arn: arn.into(),
        id: arn.rsplit('/').next().unwrap_or_default().into(),
        account: ACCOUNT.into(),
        region: REGION.into(),
        tags: Facet::Known(Default::default()),
        managed_by: "customer".into(),
    };
    snapshot.resources.push(Resource {
        meta,
        facts: Box::new(facts),
    });
}

fn volume(instance: Option<&str>) -> Volume {
    Volume {
        state: "in-use".into(),
        volume_type: None,
        size: None,
        encrypted: true,
        kms_key_id: None,
        create_time: None,
        availability_zone: None,
        snapshot_id: None,
        multi_attach_enabled: false,
        backup_plans: Facet::not_asked(),
        attachments: instance
            .map(|id| VolumeAttachment {
                instance_id: Some(id.into()),
                device: None,
                state: None,
                delete_on_termination: None,
                instance_owning_service: None,
            })
            .into_iter()
            .collect(),
    }
}

/// A volume, and a plan with one selection by resource.
fn snapshot(resource: &str, instance: Option<&str>) -> Snapshot {
    let listing = |kind: &str| Listing {
        kind: kind.into(),
        account: ACCOUNT.into(),
        region: REGION.into(),
        gaps: Vec::new(),
    };
    let mut snapshot = Snapshot {
        header: Header {
            schema: 1,
            tool: String::new(),
            account: ACCOUNT.into(),
            caller: String::new(),
            partition: "aws".into(),
            regions: vec![REGION.into()],
            started: Default::default(),
            asked: Vec::new(),
            ledger: Vec::new(),
        },
        resources: Vec::new(),
        listings: vec![listing(BackupPlan::NAME), listing(Instance::NAME)],
        gaps: Vec::new(),
    };
    put(
        &mut snapshot,
        "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
        volume(instance),
    );
    let types = ["EBS", "EC2"].map(|name| ResourceType {
        name: name.into(),
        opted_in: true,
        fully_managed: None,
    });
    put(
        &mut snapshot,
        "region",
        Region {
            resource_types: Facet::Known(types.into()),
        },
    );
    put(
        &mut snapshot,
        "plan",
        BackupPlan {
            backup_plan_name: "daily".into(),
            creation_date: None,
            last_execution_date: None,
            rules: Facet::not_asked(),
            selections: Facet::Known(vec![BackupSelection {
                selection_name: "some".into(),
                iam_role_arn: String::new(),
                resources: vec![resource.into()],
                not_resources: Vec::new(),
                list_of_tags: Vec::new(),
                conditions: Vec::new(),
            }]),
        },
    );
    snapshot
}

fn plans(mut snapshot: Snapshot) -> Facet<Vec<String>> {
    volumes(&mut snapshot);
    let found = snapshot.of::<Volume>().next();
    found
        .map(|(_, volume)| volume.backup_plans.clone())
        .unwrap()
}

#[test]
fn a_volume_is_picked_by_itself() {
    let by_type = snapshot("arn:aws:ec2:*:*:volume/*", None);
    assert_eq!(plans(by_type), Facet::Known(vec!["plan".to_owned()]));
    let other = snapshot("arn:aws:rds:*:*:db:*", None);
    assert_eq!(plans(other), Facet::Known(Vec::new()));
}

#[test]
fn an_instance_that_was_not_listed_keeps_the_answer_open() {
    let mut incomplete = snapshot("arn:aws:ec2:*:*:instance/*", Some("i-1"));
    for listing in &mut incomplete.listings {
        if *listing.kind == *Instance::NAME {
            listing.gaps = vec!["g".into()];
        }
    }
    assert_eq!(plans(incomplete), Facet::Unread(vec!["g".into()]));
    let complete = snapshot("arn:aws:ec2:*:*:instance/*", Some("i-1"));
    assert_eq!(plans(complete), Facet::Known(Vec::new()));
}

#[test]
fn unread_plans_keep_the_answer_open() {
    let mut unread = snapshot("*", None);
    for (_, plan) in unread.of_mut::<BackupPlan>() {
        plan.selections = Facet::Unread(vec!["g".into()]);
    }
    assert_eq!(plans(unread), Facet::Unread(vec!["g".into()]));
    let mut unlisted = snapshot("*", None);
    unlisted.listings.remove(0);
    assert_eq!(plans(unlisted), Facet::Known(vec!["plan".to_owned()]));
}

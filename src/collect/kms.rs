//! Reads AWS Key Management Service: the keys of each Region.

use super::convert::{policy, tags, time};
use super::{Collector, Cx};
use crate::model::kms::{Key, KeyMetadata, KeyRotation};
use crate::model::{CUSTOMER, Facet, GapId, Scope, Tags};
use aws_sdk_kms::types as sdk;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::join;
use tokio::sync::OnceCell;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &["kms.key"],
    scope: Scope::Regional,
    run: |cx| Box::pin(keys(cx)),
}];

/// The aliases of a Region by key id, read when there is a key. They are the list's, whichever key
/// waits for them first: so the list is not done without them.
struct Aliases {
    names: OnceCell<Facet<BTreeMap<String, Vec<String>>>>,
    list: Cx,
}

impl Aliases {
    async fn all(&self) -> &Facet<BTreeMap<String, Vec<String>>> {
        self.names.get_or_init(|| list_aliases(&self.list)).await
    }
}

async fn keys(cx: Cx) {
    let clients = cx.clients();
    let aliases = Arc::new(Aliases {
        names: OnceCell::new(),
        list: cx.clone(),
    });
    let mut any = false;
    let result = cx
        .pages(
            "kms:ListKeys",
            None,
            |marker| {
                clients
                    .kms()
                    .list_keys()
                    .limit(1000)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                for item in page.keys.unwrap_or_default() {
                    let name = item.key_id.clone().unwrap_or_default();
                    let aliases = aliases.clone();
                    any = true;
                    cx.part("kms.key", &name, |task| key(task, aliases, item));
                }
                page.next_marker
            },
        )
        .await;
    cx.listed(&["kms.key"], &result);
    if any {
        aliases.all().await;
    }
}

async fn key(cx: Cx, aliases: Arc<Aliases>, item: sdk::KeyListEntry) {
    let Some(id) = cx.named("kms.key", "kms:ListKeys", item.key_id) else {
        return;
    };
    let arn = item
        .key_arn
        .unwrap_or_else(|| cx.arn("kms", &format!("key/{id}")));
    let clients = cx.clients();
    let kms = clients.kms();

    let metadata = cx.facet(
        "kms:DescribeKey",
        &arn,
        || kms.describe_key().key_id(&arn).send(),
        |reply| {
            reply
                .key_metadata
                .map(key_metadata)
                .ok_or_else(|| "the reply has no key".to_owned())
        },
    );
    let (metadata, aliases) = join!(metadata, aliases.all());
    let aliases = aliases.map(|all| all.get(&id).cloned().unwrap_or_default());

    let aws_owned = match (&metadata, &aliases) {
        (Facet::Known(metadata), _) => metadata.key_manager.as_deref() == Some("AWS"),
        // Every key that AWS keeps for an account has such a name, and no other key can.
        (_, Facet::Known(names)) => names.iter().any(|name| name.starts_with("alias/aws/")),
        (Facet::Unread(gaps), Facet::Unread(_)) => {
            unknown_owner(&cx, arn, id, gaps);
            return;
        }
    };
    let rotation = async {
        if aws_owned || metadata.known().is_some_and(|known| !rotates(known)) {
            return Facet::Known(None);
        }
        cx.facet_or(
            "kms:GetKeyRotationStatus",
            &arn,
            &["UnsupportedOperationException"],
            None,
            || kms.get_key_rotation_status().key_id(&arn).send(),
            |reply| {
                Ok(Some(KeyRotation {
                    key_rotation_enabled: reply.key_rotation_enabled,
                    rotation_period_in_days: reply.rotation_period_in_days.map(i64::from),
                    next_rotation_date: reply.next_rotation_date.as_ref().and_then(time),
                }))
            },
        )
        .await
    };
    let key_policy = async {
        if aws_owned {
            return Facet::not_asked();
        }
        cx.facet(
            "kms:GetKeyPolicy",
            &arn,
            || {
                kms.get_key_policy()
                    .key_id(&arn)
                    .policy_name("default")
                    .send()
            },
            |reply| reply.policy.as_deref().map(policy).transpose(),
        )
        .await
    };
    let key_tags = async {
        if aws_owned {
            // AWS's own keys cannot be tagged.
            return Facet::Known(Tags::default());
        }
        cx.facet(
            "kms:ListResourceTags",
            &arn,
            // A key has 50 tags at most: one page should hold them.
            || kms.list_resource_tags().key_id(&arn).limit(50).send(),
            |reply| {
                if reply.truncated {
                    return Err("there are more tags than one page holds".to_owned());
                }
                let pairs = reply.tags.unwrap_or_default();
                Ok(tags(
                    pairs.into_iter().map(|tag| (tag.tag_key, tag.tag_value)),
                ))
            },
        )
        .await
    };
    let (rotation, policy, tags) = join!(rotation, key_policy, key_tags);
    let mut meta = cx.meta(arn.as_str(), id, tags);
    meta.managed_by = if aws_owned { "aws" } else { CUSTOMER }.into();
    cx.emit(
        meta,
        Key {
            metadata,
            rotation,
            policy,
            aliases,
        },
    );
}

/// A key of which it is not known whose it is: what AWS keeps is not the account's to mend, so
/// that nothing else that is known of it would say anything.
fn unknown_owner(cx: &Cx, arn: String, id: String, gaps: &[GapId]) {
    let meta = cx.meta(arn, id, Facet::Unread(gaps.to_vec()));
    cx.emit(
        meta,
        Key {
            metadata: Facet::Unread(gaps.to_vec()),
            rotation: Facet::Unread(gaps.to_vec()),
            policy: Facet::Unread(gaps.to_vec()),
            aliases: Facet::Unread(gaps.to_vec()),
        },
    );
}

/// All aliases of the Region, by the id of the key that they point to.
async fn list_aliases(cx: &Cx) -> Facet<BTreeMap<String, Vec<String>>> {
    if !cx.wants("kms.key.aliases") {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let result = cx
        .pages(
            "kms:ListAliases",
            None,
            |marker| {
                clients
                    .kms()
                    .list_aliases()
                    .limit(100)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                for alias in page.aliases.unwrap_or_default() {
                    // Some of AWS's names are there before their key is.
                    if let (Some(name), Some(key)) = (alias.alias_name, alias.target_key_id) {
                        aliases.entry(key).or_default().push(name);
                    }
                }
                page.next_marker
            },
        )
        .await;
    aliases.values_mut().for_each(|names| names.sort());
    result.map(|()| aliases).into()
}

/// Whether the key's owner can have it rotated automatically: "Automatic key rotation is
/// supported only on symmetric encryption KMS keys" with material that KMS made itself.
fn rotates(metadata: &KeyMetadata) -> bool {
    metadata.key_spec.as_deref() == Some("SYMMETRIC_DEFAULT")
        && metadata.origin.as_deref() == Some("AWS_KMS")
}

fn key_metadata(key: sdk::KeyMetadata) -> KeyMetadata {
    let kind = key
        .multi_region_configuration
        .and_then(|multi| multi.multi_region_key_type);
    KeyMetadata {
        key_manager: key.key_manager.map(|manager| manager.as_str().to_owned()),
        key_state: key.key_state.map(|state| state.as_str().to_owned()),
        key_spec: key.key_spec.map(|spec| spec.as_str().to_owned()),
        key_usage: key.key_usage.map(|usage| usage.as_str().to_owned()),
        origin: key.origin.map(|origin| origin.as_str().to_owned()),
        multi_region: key.multi_region.unwrap_or(false),
        multi_region_key_type: kind.map(|kind| kind.as_str().to_owned()),
        creation_date: key.creation_date.as_ref().and_then(time),
        deletion_date: key.deletion_date.as_ref().and_then(time),
        pending_deletion_window_in_days: key.pending_deletion_window_in_days.map(i64::from),
        expiration_model: key.expiration_model.map(|model| model.as_str().to_owned()),
        valid_to: key.valid_to.as_ref().and_then(time),
        custom_key_store_id: key.custom_key_store_id,
    }
}

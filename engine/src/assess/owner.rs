//! Whose what is judged is: the resource's operating mode and the check's layer tell it.

use super::finding::Owner;
use crate::catalog::{Catalog, Cell, Check, Party, Standing};
use crate::expr::{Bindings, Node, Outcome};
use crate::model::CUSTOMER;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The different owners that were met: each is kept once, and shared by all of its findings.
#[derive(Default)]
pub(super) struct Known(RefCell<BTreeSet<Arc<Owner>>>);

impl Known {
    fn share(&self, owner: Owner) -> Arc<Owner> {
        let mut known = self.0.borrow_mut();
        if let Some(known) = known.get(&owner) {
            return known.clone();
        }
        let owner = Arc::new(owner);
        known.insert(owner.clone());
        owner
    }
}

/// The owners of what the checks judge of one resource, by layer.
pub(super) struct Owners<'c> {
    catalog: &'c Catalog,
    known: &'c Known,
    kind: &'static str,
    managed_by: Arc<str>,
    place: Option<Standing<'c>>,
    cells: BTreeMap<&'c str, (Arc<Owner>, Option<Cell>)>,
}

impl<'c> Owners<'c> {
    /// Those of a resource. `node` holds its facts.
    pub(super) fn of(
        catalog: &'c Catalog,
        known: &'c Known,
        kind: &'static str,
        managed_by: &Arc<str>,
        node: &Node,
    ) -> Owners<'c> {
        let model = &catalog.responsibility;
        let place = if model.asks_facts(kind, managed_by) {
            let variable = kind.rsplit('.').next().unwrap_or(kind);
            let bindings = Bindings::shared(&catalog.engine, []);
            let bindings = super::bind(&bindings, variable, node);
            model.place(kind, managed_by, |when| match when.evaluate(&bindings) {
                Outcome::Value(value) => value.as_bool() == Some(true),
                // What is not certain does not hold.
                Outcome::Unread { .. } | Outcome::Error(_) => false,
            })
        } else {
            model.place(kind, managed_by, |_| false)
        };
        Owners::at(catalog, known, kind, managed_by.clone(), place)
    }

    /// Those of a resource of this kind of which nothing is known.
    pub(super) fn unseen(catalog: &'c Catalog, known: &'c Known, kind: &'static str) -> Owners<'c> {
        let place = catalog.responsibility.place(kind, CUSTOMER, |_| false);
        Owners::at(catalog, known, kind, CUSTOMER.into(), place)
    }

    fn at(
        catalog: &'c Catalog,
        known: &'c Known,
        kind: &'static str,
        managed_by: Arc<str>,
        place: Option<Standing<'c>>,
    ) -> Owners<'c> {
        Owners {
            catalog,
            known,
            kind,
            managed_by,
            place,
            cells: BTreeMap::new(),
        }
    }

    /// The owner of what a check judges, and what AWS's part is when all of it is AWS's.
    pub(super) fn owner(&mut self, check: &'c Check) -> (Arc<Owner>, Option<String>) {
        debug_assert_eq!(check.kind.name, self.kind);
        let layer = check.responsibility.layer.as_str();
        let model = &self.catalog.responsibility;
        let (place, managed_by, known) = (self.place, &self.managed_by, self.known);
        let (owner, cell) = self.cells.entry(layer).or_insert_with(|| {
            let cell = place.and_then(|place| model.cell_at(place, layer));
            let owner = Owner {
                // What has no cell is the customer's: nothing is hidden that AWS does not own.
                party: cell.as_ref().map_or(Party::Customer, |cell| cell.owner),
                managed_by: managed_by.clone(),
                mode: place.map_or("", |place| &place.mode.id).into(),
                layer: layer.into(),
                source: cell
                    .as_ref()
                    .and_then(|cell| cell.source.as_deref())
                    .map(Arc::from),
            };
            (known.share(owner), cell)
        });
        let inherited = (owner.party == Party::Aws).then(|| {
            if *self.managed_by == *CUSTOMER {
                cell.as_ref()
                    .and_then(|cell| cell.aws.clone())
                    .unwrap_or_default()
            } else {
                format!("made and kept by {}", self.managed_by)
            }
        });
        (owner.clone(), inherited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::BUILTIN;
    use crate::expr::on_deep_stack;
    use crate::model;
    use serde_json::{Value, json};

    /// The owner and the mode of each layer of a resource with these facts.
    fn owners(kind: &str, managed_by: &str, given: &Value) -> BTreeMap<String, (Party, String)> {
        let catalog = &*BUILTIN;
        let kind = model::kind(kind).unwrap().name;
        let mut owners = BTreeMap::new();
        on_deep_stack(|| {
            let node = Node::from_json(kind, given, &catalog.types[kind]);
            let model = &catalog.responsibility;
            let known = Known::default();
            let placed = Owners::of(catalog, &known, kind, &managed_by.into(), &node)
                .place
                .unwrap();
            for layer in &model.layers {
                let cell = model.cell_at(placed, &layer.id).unwrap();
                owners.insert(layer.id.clone(), (cell.owner, placed.mode.id.clone()));
            }
        });
        owners
    }

    fn all(kind: &str, managed_by: &str, party: Party, mode: &str) {
        for (layer, owner) in owners(kind, managed_by, &json!({})) {
            assert_eq!(owner, (party, mode.to_owned()), "{kind} {layer}");
        }
    }

    fn one(kind: &str, managed_by: &str, given: &Value, layer: &str) -> (Party, String) {
        owners(kind, managed_by, given).remove(layer).unwrap()
    }

    fn at(party: Party, mode: &str) -> (Party, String) {
        (party, mode.to_owned())
    }

    #[test]
    fn aws_managed_policies_and_keys_are_aws_s() {
        all("iam.policy", "aws", Party::Aws, "made-by-aws");
        all("kms.key", "aws", Party::Aws, "made-by-aws");
    }

    #[test]
    fn policies_and_keys_of_the_customer_are_the_customer_s() {
        let none = json!({});
        let policy = one("iam.policy", CUSTOMER, &none, "identity");
        assert_eq!(policy, at(Party::Customer, "service"));
        let key = one("kms.key", CUSTOMER, &none, "encryption-at-rest");
        assert_eq!(key, at(Party::Customer, "kms"));
    }

    #[test]
    fn service_linked_roles_are_aws_s() {
        all("iam.role", "aws", Party::Aws, "made-by-aws");
    }

    #[test]
    fn what_a_role_of_identity_center_may_do_is_the_customer_s_part() {
        let role = one("iam.role", "sso", &json!({}), "identity");
        assert_eq!(role, at(Party::Shared, "identity-center-role"));
    }

    #[test]
    fn requester_managed_interfaces_are_aws_s() {
        for service in ["elasticloadbalancing", "ec2", "lambda", "rds", "aws", "eks"] {
            all("ec2.network_interface", service, Party::Aws, "made-by-aws");
        }
        let own = one("ec2.network_interface", CUSTOMER, &json!({}), "network");
        assert_eq!(own, at(Party::Customer, "ec2"));
    }

    /// Groups that EKS or a load balancer made are ordinary ones: the account sets their rules.
    #[test]
    fn security_groups_are_the_customer_s_whoever_made_them() {
        let group = json!({"group_name": "eks-cluster-sg-prod-1234567", "id": "sg-1"});
        let group = one("ec2.security_group", CUSTOMER, &group, "network");
        assert_eq!(group, at(Party::Customer, "ec2"));
    }

    #[test]
    fn prefix_lists_and_scaling_alarms_of_aws_are_aws_s() {
        all("ec2.managed_prefix_list", "aws", Party::Aws, "made-by-aws");
        all("cloudwatch.alarm", "autoscaling", Party::Aws, "made-by-aws");
    }

    #[test]
    fn the_plan_that_efs_made_can_be_edited_its_vault_cannot() {
        let plan = one("backup.plan", "elasticfilesystem", &json!({}), "backup");
        assert_eq!(plan, at(Party::Shared, "efs-automatic-backup"));
        all(
            "backup.vault",
            "elasticfilesystem",
            Party::Aws,
            "made-by-aws",
        );
    }

    #[test]
    fn an_instance_is_what_its_tags_say() {
        let tagged = |tags: Value| json!({"id": "i-1", "tags": tags});
        let layer = |given: &Value| one("ec2.instance", CUSTOMER, given, "guest-os");
        let managed =
            tagged(json!({"eks:nodegroup-name": "blue", "kubernetes.io/cluster/a": "owned"}));
        assert_eq!(layer(&managed), at(Party::Shared, "eks-managed-node"));
        let own = tagged(json!({"kubernetes.io/cluster/a": "owned"}));
        assert_eq!(layer(&own), at(Party::Customer, "eks-self-managed-node"));
        let plain = tagged(json!({"Name": "web"}));
        assert_eq!(layer(&plain), at(Party::Customer, "ec2"));
        // Nothing is known of its tags: the heaviest part is the customer's.
        assert_eq!(layer(&json!({})), at(Party::Customer, "ec2"));
    }

    #[test]
    fn of_a_node_of_auto_mode_the_system_is_aws_s_and_the_network_the_customer_s() {
        let node = owners("ec2.instance", "eks", &json!({}));
        assert_eq!(node["guest-os"], at(Party::Aws, "eks-auto-mode"));
        assert_eq!(node["platform"], at(Party::Shared, "eks-auto-mode"));
        assert_eq!(node["network"], at(Party::Customer, "eks-auto-mode"));
        assert_eq!(node["identity"], at(Party::Customer, "eks-auto-mode"));
    }

    #[test]
    fn who_builds_the_image_of_a_node_group_patches_it() {
        let group = |ami: &str| {
            one(
                "eks.nodegroup",
                CUSTOMER,
                &json!({"ami_type": ami}),
                "guest-os",
            )
        };
        let shared = at(Party::Shared, "eks-managed-node");
        assert_eq!(group("AL2023_x86_64_STANDARD"), shared);
        let own = at(Party::Customer, "eks-managed-node-own-image");
        assert_eq!(group("CUSTOM"), own);
        let platform = one(
            "eks.nodegroup",
            CUSTOMER,
            &json!({"ami_type": "CUSTOM"}),
            "platform",
        );
        assert_eq!(platform.0, Party::Shared);
    }

    #[test]
    fn the_other_modes_follow_from_the_kind() {
        let none = json!({});
        let of = |kind, layer| one(kind, CUSTOMER, &none, layer);
        assert_eq!(
            of("eks.fargate_profile", "guest-os"),
            at(Party::Aws, "fargate")
        );
        assert_eq!(
            of("eks.cluster", "platform"),
            at(Party::Shared, "eks-control-plane")
        );
        assert_eq!(
            of("eks.cluster", "network"),
            at(Party::Customer, "eks-control-plane")
        );
        assert_eq!(of("rds.db_instance", "guest-os"), at(Party::Aws, "rds"));
        assert_eq!(of("rds.db_instance", "platform"), at(Party::Shared, "rds"));
        assert_eq!(
            of("rds.db_cluster", "encryption-at-rest"),
            at(Party::Customer, "rds")
        );
        assert_eq!(
            of("s3.bucket", "encryption-at-rest"),
            at(Party::Shared, "s3")
        );
        assert_eq!(of("s3.bucket", "guest-os"), at(Party::Aws, "s3"));
        assert_eq!(of("sns.topic", "identity"), at(Party::Customer, "service"));
        assert_eq!(
            of("ec2.volume", "encryption-at-rest"),
            at(Party::Customer, "ec2")
        );
    }
}

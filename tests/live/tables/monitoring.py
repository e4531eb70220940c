"""CloudTrail, CloudWatch, CloudWatch Logs, SNS, Config, GuardDuty, Security Hub, Macie, Access
Analyzer."""

from reading import Call, Kind, Untold, told
from same import ANY_TIME, policy

from .compute import region

NO_TAGS = {"tags": "it has none"}


def trails(where):
    """The trails, each at home: AWS tells a multi-Region trail everywhere."""
    seen = set()
    for name in where.regions:
        for item in where.at(name).read("cloudtrail describe-trails", "trailList"):
            if item["TrailARN"] not in seen and item["HomeRegion"] in where.regions:
                seen.add(item["TrailARN"])
                yield item, where.at(item["HomeRegion"])


def of_trail(command, path=None, none=None, then=None):
    """What is told of one trail."""
    return Call(f"cloudtrail {command} {{arn}}", path, none=none, then=then, arn="TrailARN")


def status(found):
    """A trail's status; moto says "" for a time that there is not, and always now for the
    latest delivery."""
    known = {name: value if value != "" else None for name, value in found.items()}
    if known.get("LatestDeliveryTime"):
        known["LatestDeliveryTime"] = ANY_TIME
    return known


def selectors(found):
    """The selectors in our form."""
    if found.get("AdvancedEventSelectors"):
        return advanced(found["AdvancedEventSelectors"])
    if not found.get("EventSelectors"):
        raise Untold("moto tells none of a trail that has those that AWS gives every trail")
    management, data = [], []
    for selector in found.get("EventSelectors") or []:
        reads = selector["ReadWriteType"] in ("All", "ReadOnly")
        writes = selector["ReadWriteType"] in ("All", "WriteOnly")
        if selector["IncludeManagementEvents"]:
            management.append(
                {
                    "read": reads,
                    "write": writes,
                    "excluded_sources": selector.get("ExcludeManagementEventSources", []),
                    "only_sources": [],
                    "filters": [],
                }
            )
        for resource in selector.get("DataResources", []):
            # These few mean every resource of the type.
            every = resource["Values"] in (["arn:aws:s3"], ["arn:aws:lambda"], ["arn:aws:dynamodb"])
            data.append(
                {
                    "resource_type": resource["Type"],
                    "read": reads,
                    "write": writes,
                    "all_resources": every,
                    "resources": [] if every else [f"{value}*" for value in resource["Values"]],
                    "excluded_resources": [],
                    "filters": [],
                }
            )
    return {"advanced": False, "management": management, "data": data}


def advanced(found):
    """Advanced selectors of management events, in our form: those that the scenario has."""
    management = []
    for selector in found:
        fields = {field["Field"]: field for field in selector["FieldSelectors"]}
        if fields.pop("eventCategory")["Equals"] != ["Management"]:
            raise Untold("no other advanced selectors are compared")
        only = fields.pop("readOnly", {}).get("Equals")
        if fields:
            raise Untold("no other advanced selectors are compared")
        management.append(
            {
                "read": only != ["false"],
                "write": only != ["true"],
                "excluded_sources": [],
                "only_sources": [],
                "filters": [],
            }
        )
    return {"advanced": True, "management": management}


def stores(where):
    """Event data stores."""
    found = where.read("cloudtrail list-event-data-stores", "EventDataStores")
    return [(item, where) for item in found]


def alarms(where):
    """Alarms on metrics, and alarms on alarms."""
    sorts = "--alarm-types MetricAlarm CompositeAlarm"
    found = where.read(f"cloudwatch describe-alarms {sorts}")
    for sort in ("MetricAlarm", "CompositeAlarm"):
        for item in found.get(f"{sort}s") or []:
            yield {**item, "AlarmType": sort}, where


def metrics(item, where):
    """The metrics that an alarm watches."""
    told = [item] if item.get("MetricName") else []
    told += [
        each["MetricStat"]["Metric"] | {"AccountId": each.get("AccountId")}
        for each in item.get("Metrics") or []
        if "MetricStat" in each
    ]
    return [
        {
            "namespace": each.get("Namespace"),
            "metric_name": each["MetricName"],
            "account_id": each.get("AccountId"),
            "dimensions": [f"{d['Name']}={d['Value']}" for d in each.get("Dimensions") or []],
        }
        for each in told
    ]


def transformations(item, where):
    """The metrics of a filter."""
    return [
        {**each, "dimensions": list(each.get("dimensions") or {})}
        for each in item["metricTransformations"]
    ]


def topic_attribute(name, then=None):
    """An attribute of a topic."""
    path = f"Attributes.{name}"
    return Call("sns get-topic-attributes --topic-arn {arn}", path, then=then, arn="TopicArn")


def confirmed(item, where):
    """Whether a subscription was confirmed: until then its ARN is no ARN."""
    return item["SubscriptionArn"].startswith("arn:")


def recorders(item, where):
    """AWS Config's recorders."""
    return [
        {
            "name": each["name"],
            "role_arn": each.get("roleARN"),
            "recording_frequency": (each.get("recordingMode") or {}).get("recordingFrequency"),
            "recording_group": each.get("recordingGroup")
            and {
                "all_supported": each["recordingGroup"].get("allSupported"),
                "include_global_resource_types": each["recordingGroup"].get(
                    "includeGlobalResourceTypes"
                ),
                "resource_types": each["recordingGroup"].get("resourceTypes"),
                "excluded_resource_types": (
                    each["recordingGroup"].get("exclusionByResourceTypes") or {}
                ).get("resourceTypes"),
                "recording_strategy": (each["recordingGroup"].get("recordingStrategy") or {}).get(
                    "useOnly"
                ),
            },
        }
        for each in where.read("configservice describe-configuration-recorders", "ConfigurationRecorders")
    ]


def channels(found):
    """Delivery channels."""
    return [
        {
            **each,
            "delivery_frequency": (each.get("configSnapshotDeliveryProperties") or {}).get(
                "deliveryFrequency"
            ),
        }
        for each in found
    ]


def detectors(item, where):
    """GuardDuty's detectors."""
    made = []
    for each in where.read("guardduty list-detectors", "DetectorIds"):
        found = where.read("guardduty get-detector --detector-id {id}", id=each)
        made.append({"detector_id": each, **{k: v for k, v in found.items()}})
    return made


def analyzers(found):
    """Analyzers."""
    return [
        {**each, "status_reason": (each.get("statusReason") or {}).get("code")} for each in found
    ]


KINDS = {
    "cloudtrail.trail": Kind(
        trails,
        id="Name",
        arn="TrailARN",
        scope="global",
        facts={
            "owner_account": lambda item, where: item["TrailARN"].split(":")[4],
            "status": of_trail("get-trail-status --name", then=status),
            "event_selectors": of_trail("get-event-selectors --trail-name", then=selectors),
            "insight_selectors": of_trail(
                "get-insight-selectors --trail-name",
                "InsightSelectors",
                none={"InsightNotEnabledException": []},
            ),
            "tags": of_trail("list-tags --resource-id-list", "ResourceTagList[0].TagsList"),
        },
    ),
    "cloudtrail.event_data_store": Kind(
        stores,
        id="Name",
        arn="EventDataStoreArn",
        facts={
            "details": Call(
                "cloudtrail get-event-data-store --event-data-store {arn}", arn="EventDataStoreArn"
            )
        },
        skip={"tags": "ours does not read them"},
    ),
    "cloudwatch.alarm": Kind(
        alarms,
        id="AlarmName",
        arn="AlarmArn",
        facts={
            "metrics": metrics,
            "insufficient_data_actions": "InsufficientDataActions",
            "ok_actions": "OKActions",
            "tags": Call(
                "cloudwatch list-tags-for-resource --resource-arn {arn}", "Tags", arn="AlarmArn"
            ),
        },
        
    ),
    "logs.log_group": Kind(
        "logs describe-log-groups",
        "logGroups",
        id="logGroupName",
        arn=lambda item, where: item["arn"].removesuffix(":*"),
        facts={
            "creation_time": "creationTime",
            "tags": lambda item, where: where.read(
                "logs list-tags-for-resource --resource-arn {arn}",
                "tags",
                arn=item["arn"].removesuffix(":*"),
            ),
        },
        
    ),
    "logs.metric_filter": Kind(
        "logs describe-metric-filters",
        "metricFilters",
        id="filterName",
        facts={
            "metric_transformations": transformations,
            "apply_on_transformed_logs": told("applyOnTransformedLogs"),
        },
        skip=NO_TAGS,
    ),
    "logs.resource_policy": Kind(
        "logs describe-resource-policies",
        "resourcePolicies",
        id="policyName",
        facts={"policy_document": lambda item, where: policy(item["policyDocument"])},
        skip=NO_TAGS,
    ),
    "sns.topic": Kind(
        "sns list-topics",
        "Topics",
        id=lambda item, where: item["TopicArn"].rsplit(":", 1)[1],
        arn="TopicArn",
        facts={
            "name": lambda item, where: item["TopicArn"].rsplit(":", 1)[1],
            "kms_master_key_id": topic_attribute("KmsMasterKeyId"),
            "policy": topic_attribute("Policy", then=policy),
            "signature_version": topic_attribute("SignatureVersion"),
            "subscriptions_confirmed": topic_attribute("SubscriptionsConfirmed", then=int),
            "tags": Call("sns list-tags-for-resource --resource-arn {arn}", "Tags", arn="TopicArn"),
        },
    ),
    "sns.subscription": Kind(
        "sns list-subscriptions",
        "Subscriptions",
        id=lambda item, where: item["SubscriptionArn"].rsplit(":", 1)[1],
        arn="SubscriptionArn",
        facts={"confirmed": confirmed},
        skip=NO_TAGS,
    ),
    "config.region": Kind(
        region,
        id="Region",
        facts={
            "recorders": recorders,
            "recorder_statuses": Call(
                "configservice describe-configuration-recorder-status",
                "ConfigurationRecordersStatus",
            ),
            "delivery_channels": Call(
                "configservice describe-delivery-channels", "DeliveryChannels", then=channels
            ),
            "delivery_channel_statuses": Call(
                "configservice describe-delivery-channel-status",
                "DeliveryChannelsStatus[].{name: name, history: configHistoryDeliveryInfo, "
                "snapshot: configSnapshotDeliveryInfo, stream: configStreamDeliveryInfo}",
            ),
        },
        skip=NO_TAGS,
    ),
    "guardduty.region": Kind(
        region, id="Region", facts={"detectors": detectors}, skip=NO_TAGS
    ),
    "securityhub.region": Kind(
        region,
        id="Region",
        facts={
            "hub": Call(
                "securityhub describe-hub",
                none={"InvalidAccessException": None, "ResourceNotFoundException": None},
            ),
            "enabled_standards": Call(
                "securityhub get-enabled-standards",
                "StandardsSubscriptions[].{standards_arn: StandardsArn, "
                "standards_status: StandardsStatus, "
                "status_reason_code: StandardsStatusReason.StatusReasonCode}",
                none={"InvalidAccessException": []},
            ),
        },
        skip=NO_TAGS,
    ),
    "macie2.region": Kind(
        region,
        id="Region",
        facts={
            "session": Call("macie2 get-macie-session", none={"AccessDeniedException": None}),
            "automated_discovery": Call(
                "macie2 get-automated-discovery-configuration", none={"AccessDeniedException": None}
            ),
        },
        skip=NO_TAGS,
    ),
    "accessanalyzer.region": Kind(
        region,
        id="Region",
        facts={
            "analyzers": Call("accessanalyzer list-analyzers", "analyzers", then=analyzers),
        },
        skip={
            **NO_TAGS,
            "management_analyzers": "read in other accounts",
            "delegated_analyzers": "read in other accounts",
        },
    ),
}

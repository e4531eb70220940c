"""What watches the account: trails, logs, alarms, Config, GuardDuty, Security Hub, Macie."""

from .base import ACCOUNT, HOME, OTHER
from .identity import allow, document


def make(world):
    """Makes everything that watches."""
    topics(world)
    logs(world)
    trails(world)
    recorders(world)
    detectors(world)


def topics(world):
    """Topics: for alarms, for anyone, for no one."""
    sns = world.aws("sns")
    topic = sns.create_topic(
        Name="alarms",
        Attributes={"KmsMasterKeyId": "alias/aws/sns"},
        Tags=[{"Key": "team", "Value": "platform"}],
    )
    topic = world.called("topic.alarms", topic["TopicArn"])
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")
    hook = sns.create_topic(Name="hook")["TopicArn"]
    sns.subscribe(TopicArn=hook, Protocol="http", Endpoint="http://hook.example.com/in")
    public = world.called("topic.public", sns.create_topic(Name="public")["TopicArn"])
    sns.set_topic_attributes(
        TopicArn=public,
        AttributeName="Policy",
        AttributeValue=document(allow("sns:Publish", public, Principal="*")),
    )
    world.aws("sns", OTHER).create_topic(Name="elsewhere")


FILTERS = {
    "root-use": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS '
    '&& $.eventType != "AwsServiceEvent" }',
    "unauthorized": '{ ($.errorCode = "*UnauthorizedOperation") || '
    '($.errorCode = "AccessDenied*") }',
    "no-alarm": '{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || '
    "($.eventName = DeleteTrail) || ($.eventName = StartLogging) || "
    "($.eventName = StopLogging) }",
}


def logs(world):
    """Log groups, metric filters and their alarms."""
    client = world.aws("logs")
    client.create_log_group(logGroupName="/trail/organization", tags={"team": "security"})
    client.put_retention_policy(logGroupName="/trail/organization", retentionInDays=400)
    client.create_log_group(logGroupName="/app/forever")
    client.create_log_group(logGroupName="/app/short")
    client.put_retention_policy(logGroupName="/app/short", retentionInDays=7)
    key = world.ids.get("key.rotated.home")
    client.create_log_group(
        logGroupName="/app/encrypted", kmsKeyId=f"arn:aws:kms:{HOME}:{ACCOUNT}:key/{key}"
    )
    client.put_resource_policy(
        policyName="route53",
        policyDocument=document(
            allow(
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:/aws/route53/*",
                Principal={"Service": "route53.amazonaws.com"},
            )
        ),
    )
    alarms = world.aws("cloudwatch")
    for name, pattern in FILTERS.items():
        client.put_metric_filter(
            logGroupName="/trail/organization",
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[
                {"metricName": name, "metricNamespace": "Trail", "metricValue": "1"}
            ],
        )
        if name == "no-alarm":
            continue
        alarms.put_metric_alarm(
            AlarmName=name,
            MetricName=name,
            Namespace="Trail",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[world.ids["topic.alarms"]],
        )
    alarms.put_metric_alarm(
        AlarmName="silent",
        MetricName="CPUUtilization",
        Namespace="AWS/EC2",
        Dimensions=[{"Name": "InstanceId", "Value": world.ids["instance.worker"]}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=3,
        Threshold=90,
        ComparisonOperator="GreaterThanThreshold",
        ActionsEnabled=False,
    )
    alarms.put_composite_alarm(
        AlarmName="either", AlarmRule="ALARM(root-use) OR ALARM(unauthorized)"
    )


def trails(world):
    """Trails: one for every Region, one that was stopped, one regional."""
    trail = world.aws("cloudtrail")
    key = world.ids.get("key.rotated.home")
    trail.create_trail(
        Name="everything",
        S3BucketName="wl-trail",
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=f"arn:aws:kms:{HOME}:{ACCOUNT}:key/{key}",
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:/trail/organization:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{ACCOUNT}:role/trail-logs",
        TagsList=[{"Key": "team", "Value": "security"}],
    )
    trail.start_logging(Name="everything")
    trail.put_event_selectors(
        TrailName="everything",
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
            }
        ],
    )
    trail.put_insight_selectors(
        TrailName="everything", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}]
    )
    trail.create_trail(Name="stopped", S3BucketName="wl-trail")
    trail.start_logging(Name="stopped")
    trail.stop_logging(Name="stopped")
    regional = world.aws("cloudtrail", OTHER)
    regional.create_trail(
        Name="regional", S3BucketName="wl-trail", IncludeGlobalServiceEvents=False
    )
    regional.start_logging(Name="regional")
    regional.put_event_selectors(
        TrailName="regional",
        AdvancedEventSelectors=[
            {
                "Name": "writes",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Management"]},
                    {"Field": "readOnly", "Equals": ["false"]},
                ],
            }
        ],
    )


def recorders(world):
    """AWS Config records at home and not elsewhere."""
    config = world.aws("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(
        DeliveryChannel={
            "name": "default",
            "s3BucketName": "wl-config",
            "snsTopicARN": world.ids["topic.alarms"],
        }
    )
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    elsewhere = world.aws("config", OTHER)
    elsewhere.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config",
            "recordingGroup": {
                "allSupported": False,
                "includeGlobalResourceTypes": False,
                "resourceTypes": ["AWS::EC2::Instance", "AWS::S3::Bucket"],
            },
        }
    )


def detectors(world):
    """GuardDuty, Security Hub and Macie at home; Access Analyzer where it can be."""
    guard = world.aws("guardduty").create_detector(
        Enable=True, FindingPublishingFrequency="FIFTEEN_MINUTES"
    )
    world.called("detector.home", guard["DetectorId"])
    hub = world.aws("securityhub")
    hub.enable_security_hub(EnableDefaultStandards=True)
    world.aws("macie2").enable_macie(status="ENABLED")
    world.aws("accessanalyzer").create_analyzer(analyzerName="account", type="ACCOUNT")

//! The clients of one account and Region, each made when it is first needed. The only place
//! where clients are made: every one has the guard below it.

use super::guard::Guard;
use aws_types::SdkConfig;
use std::sync::OnceLock;

macro_rules! clients {
    ($($name:ident: $sdk:ident $(, $extra:expr)?;)*) => {
        /// The clients of one account and Region.
        #[derive(Debug)]
        pub struct Clients {
            config: SdkConfig,
            guard: Guard,
            $($name: OnceLock<$sdk::Client>,)*
        }

        impl Clients {
            /// Clients with these credentials, in this Region.
            pub fn new(config: SdkConfig, guard: Guard) -> Clients {
                Clients { config, guard, $($name: OnceLock::new(),)* }
            }

            $(
                /// The client of this service.
                pub fn $name(&self) -> &$sdk::Client {
                    self.$name.get_or_init(|| {
                        let builder = $sdk::config::Builder::from(&self.config)
                            .interceptor(self.guard.clone());
                        $(let builder = $extra(&self.config, builder);)?
                        $sdk::Client::from_conf(builder.build())
                    })
                }
            )*
        }
    };
}

// Adding a service adds a line here.
clients! {
    accessanalyzer: aws_sdk_accessanalyzer;
    account: aws_sdk_account;
    backup: aws_sdk_backup;
    cloudtrail: aws_sdk_cloudtrail;
    cloudwatch: aws_sdk_cloudwatch;
    config_service: aws_sdk_config;
    ec2: aws_sdk_ec2;
    efs: aws_sdk_efs;
    eks: aws_sdk_eks;
    guardduty: aws_sdk_guardduty;
    iam: aws_sdk_iam;
    kms: aws_sdk_kms;
    logs: aws_sdk_cloudwatchlogs;
    macie2: aws_sdk_macie2;
    organizations: aws_sdk_organizations;
    rds: aws_sdk_rds;
    s3: aws_sdk_s3, path_style;
    s3control: aws_sdk_s3control;
    securityhub: aws_sdk_securityhub;
    sns: aws_sdk_sns;
    sts: aws_sdk_sts;
}

/// A given endpoint has no name for each bucket: the bucket goes into the path.
fn path_style(
    config: &SdkConfig,
    builder: aws_sdk_s3::config::Builder,
) -> aws_sdk_s3::config::Builder {
    builder.force_path_style(config.endpoint_url().is_some())
}

//! Timestamps: from the account's files and clients, to each form on the wire.

use serde_json::Value;

/// A moment: whole seconds since 1970 and microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) seconds: i64,
    pub(crate) micros: u32,
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Moment {
    /// Reads ISO 8601 text (`2026-11-22T12:00:00Z`, with or without fraction, `Z` or offset; a
    /// date alone is its midnight) or a number of seconds.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::from_seconds(number.as_f64()?),
            Value::String(text) => Self::from_iso(text),
            _ => None,
        }
    }

    fn from_seconds(seconds: f64) -> Option<Self> {
        // Beyond this a float no longer tells seconds apart.
        if !(seconds.is_finite() && seconds.abs() < 1e15) {
            return None;
        }
        let micros = (seconds * 1e6).round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within 1e15 seconds, see above"
        )]
        let micros = micros as i128;
        Some(Self {
            seconds: i64::try_from(micros.div_euclid(1_000_000)).ok()?,
            micros: u32::try_from(micros.rem_euclid(1_000_000)).ok()?,
        })
    }

    fn from_iso(text: &str) -> Option<Self> {
        let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        let mut date = date.splitn(3, '-');
        let year: i64 = digits(date.next()?, 4)?;
        let month: i64 = digits(date.next()?, 2)?;
        let day: i64 = digits(date.next()?, 2)?;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let days = days_from_civil(year, month, day);
        let (clock, offset) = split_offset(time)?;
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut seconds = days * 86_400 - offset;
        if !clock.is_empty() {
            let mut parts = clock.splitn(3, ':');
            let hour: i64 = digits(parts.next()?, 2)?;
            let minute: i64 = digits(parts.next()?, 2)?;
            let second: i64 = parts.next().map_or(Some(0), |s| digits(s, 2))?;
            if hour > 24 || minute > 59 || second > 60 {
                return None;
            }
            seconds += hour * 3600 + minute * 60 + second;
        }
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let micros = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
        Some(Self { seconds, micros })
    }

    /// `2026-11-22T12:00:00Z`, with a fraction only if there is one.
    pub(crate) fn iso(self) -> String {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(86_400));
        let clock = self.seconds.rem_euclid(86_400);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        let mut fraction = String::new();
        if self.micros > 0 {
            fraction = format!(".{:06}", self.micros);
            if let Some(millis) = fraction.strip_suffix("000") {
                fraction = millis.to_owned();
            }
        }
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
    }

    /// `Sun, 22 Nov 2026 12:00:00 GMT`.
    pub(crate) fn http_date(self) -> String {
        let days = self.seconds.div_euclid(86_400);
        let (year, month, day) = civil_from_days(days);
        let clock = self.seconds.rem_euclid(86_400);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        let name = usize::try_from(days.rem_euclid(7)).map_or("", |d| DAYS[d]);
        let month = usize::try_from(month - 1).map_or("", |m| MONTHS[m]);
        format!("{name}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// Seconds as a number: whole if it is.
    pub(crate) fn number(self) -> Value {
        if self.micros == 0 {
            return self.seconds.into();
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds of this age fit a double"
        )]
        let seconds = self.seconds as f64 + f64::from(self.micros) / 1e6;
        seconds.into()
    }
}

fn digits(text: &str, length: usize) -> Option<i64> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Splits `12:00:00+02:00` into the clock and the offset's seconds.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let (clock, offset) = time.split_at(at);
    let (sign, offset) = offset.split_at(1);
    let (hours, minutes) = offset
        .split_once(':')
        .or_else(|| offset.split_at_checked(2))
        .unwrap_or((offset, "00"));
    let seconds = digits(hours, 2)? * 3600 + digits(minutes, 2)? * 60;
    Some((clock, if sign == "-" { -seconds } else { seconds }))
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(value: Value) -> Moment {
        Moment::read(&value).unwrap()
    }

    #[test]
    fn reads_every_form_that_the_cli_prints() {
        let noon = Moment {
            seconds: 1_795_348_800,
            micros: 0,
        };
        for text in [
            "2026-11-22T12:00:00Z",
            "2026-11-22T12:00:00+00:00",
            "2026-11-22T14:00:00+02:00",
            "2026-11-22T07:30:00-0430",
            "2026-11-22 12:00:00",
            "2026-11-22T12:00:00.000Z",
        ] {
            assert_eq!(at(json!(text)), noon, "{text}");
        }
        assert_eq!(at(json!(1_795_348_800)), noon);
        assert_eq!(at(json!("2026-11-22")).seconds, noon.seconds - 43_200);
        assert_eq!(at(json!(1_795_348_800.25)).micros, 250_000);
        assert_eq!(
            at(json!("1969-12-31T23:59:59.5Z")),
            Moment {
                seconds: -1,
                micros: 500_000
            }
        );
    }

    #[test]
    fn writes_each_form() {
        let moment = at(json!("2024-02-29T23:59:58.120Z"));
        assert_eq!(moment.iso(), "2024-02-29T23:59:58.120Z");
        assert_eq!(moment.http_date(), "Thu, 29 Feb 2024 23:59:58 GMT");
        assert_eq!(moment.number(), json!(1_709_251_198.12));
        assert_eq!(at(json!(0)).iso(), "1970-01-01T00:00:00Z");
        assert_eq!(
            at(json!("2026-11-22T12:00:00Z")).http_date(),
            "Sun, 22 Nov 2026 12:00:00 GMT"
        );
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-1-1",
            "2026-11-22T99:00:00Z",
            "2026-11-22T1",
        ] {
            assert_eq!(Moment::read(&json!(text)), None, "{text}");
        }
    }
}

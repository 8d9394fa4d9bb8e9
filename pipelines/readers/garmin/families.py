"""Which of Garmin's JSON files one is: of the account export or of the web service, used or not."""

import re
from typing import Literal

from pipelines.readers.contract import Head
from pipelines.readers.json_head import json_start, names_in

WRAPPERS = frozenset({"summarizedActivitiesExport"})
"""Names under which an account export wraps a list of records."""

MARKS = frozenset(
    {
        "calendarDate", "calendar_date", "activityId", "activity_id", "sleepStartTimestampGMT", "uri", "dailySleepDTO",
        "hrvSummary", "asOfDateGmt", "uuid",
    }
)  # fmt: skip
"""Names of which every record of interest has one."""

ACCOUNT_NAMES = re.compile(
    r"^(?:UDSFile|HydrationLogFile|TrainingReadinessDTO|MetricsMaxMetData|MetricsAcuteTrainingLoad|TrainingHistory|"
    r"EnduranceScore|HillScore|RunRacePredictions|MetricsHeatAltitudeAcclimation|ActivityVo2Max|"
    r"AbnormalHrEvents|AcclimationMetrics|DailyHealthSnapshot|EpochSummary)_.*\.json$"
    r"|_(?:summarizedActivities|sleepData|healthStatusData|fitnessAgeData|userBioMetrics|bioMetrics_latest|"
    r"userBioMetricProfileData|heartRateZones|powerZones|gear|personalRecord|workout|courses|goal|segments|events|"
    r"badges|menstrualCycles|wellnessActivities|LifestyleLogging\w*|BloodPressureFile|trainingPlan|calendarItems|"
    r"socialProfile|social-profile|userprofile|accountsettings)\w*\.json$"
    r"|^(?:user_profile|user_settings|user_reminders|user_contact|social-profile|devicesandcontent|customer)\.json$",
    re.IGNORECASE,
)
"""Base names of the account export's files; the number or address in front is personal and not looked at."""

ACCOUNT_KEYS = (
    frozenset({"summarizedactivitiesexport"}),
    frozenset({"sleepstarttimestampgmt", "sleependtimestampgmt", "calendardate"}),
    frozenset({"sleepwindowconfirmationtype", "calendardate"}),
    frozenset({"calendardate", "metrics", "type", "baselineupperlimit"}),
    frozenset({"calendardate", "metrics", "type", "status", "value"}),
    frozenset({"calendardate", "alldaystress"}),
    frozenset({"calendardate", "wellnessstarttimegmt", "totalkilocalories"}),
    frozenset({"calendardate", "currentdayrestingheartrate"}),
    frozenset({"calendardate", "inputcontext", "score"}),
)
"""Names (folded) that a list of records of the account export has together."""

SERVICE_KEYS = (
    frozenset({"hrvreadings"}),
    frozenset({"calendardate", "lastnightavg"}),
    frozenset({"calendardate", "sleeptimeseconds"}),
    frozenset({"calendardate", "wellnessstarttimegmt"}),
    frozenset({"calendardate", "totalsteps", "stepgoal"}),
    frozenset({"calendardate", "totalsteps", "dailystepgoal"}),
    frozenset({"calendardate", "overallstresslevel"}),
    frozenset({"calendardate", "stressvaluesarray"}),
    frozenset({"calendardate", "acwrfactorpercent", "score"}),
    frozenset({"calendardate", "overallscore", "userprofilepk"}),
    frozenset({"calendardate", "userprofilepk"}),
    frozenset({"calendardate", "weeklygoal", "moderatevalue"}),
    frozenset({"calendardate", "valueinml"}),
    frozenset({"date", "charged", "drained", "bodybatteryvaluesarray"}),
    frozenset({"event", "bodybatteryvaluesarray"}),
    frozenset({"allmetrics", "metricsmap"}),
    frozenset({"activityid", "activityname", "starttimegmt"}),
    frozenset({"activityid", "activitytypedto", "summarydto"}),
    frozenset({"startgmt", "endgmt", "steps"}),
    frozenset({"requesturl", "payload", "statuscode"}),
)
"""Names (folded) that an answer of the web service has together."""

SERVICE_ONLY = frozenset(
    {"dailysleepdto", "lastsevendaysavgrestingheartrate", "hrvsummary", "hrvsummaries", "heartratevalues"}
)
"""Names (folded) that no record of the account export has."""

OWNER_NAMES = frozenset({"userprofilepk", "userprofileid", "userprofilenumber", "garminguid"})
"""Names (folded) of the athlete's number at Garmin: a file that holds one is Garmin's, whatever else is in it."""

_STAMP_IN_MS = re.compile(r'"sleep_?start_?timestamp_?gmt"\s*:\s*\d', re.IGNORECASE)
_SERVICE = re.compile(r'"(?:uri|url|requestUrl)"\s*:\s*"(?:https://)?[^"]{0,80}(?:garmin\.|thegarth\.|-service/)')


def origin_of(head: Head) -> Literal["account", "service"] | None:
    """Whether a JSON file comes from the account export or from the web service; null when from neither.

    Told by names that only one of both has, then by the file's own name, then by weaker names.
    """
    text = json_start(head)
    if text is None:
        return None
    names = names_in(text)
    if _SERVICE.search(text) or _STAMP_IN_MS.search(text) or not names.isdisjoint(SERVICE_ONLY):
        return "service"
    is_list = text.startswith("[") or "summarizedactivitiesexport" in names
    if (is_list and any(keys <= names for keys in ACCOUNT_KEYS)) or ACCOUNT_NAMES.search(head.name):
        return "account"
    if any(keys <= names for keys in SERVICE_KEYS):
        return "service"
    return "account" if not names.isdisjoint(OWNER_NAMES) else None

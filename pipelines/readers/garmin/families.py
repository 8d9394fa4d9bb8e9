"""Which of Garmin's JSON files one is: of the account export or of the web service, used or not."""

import re

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
    frozenset({"dailysleepdto"}),
    frozenset({"hrvsummary"}),
    frozenset({"hrvsummaries"}),
    frozenset({"hrvreadings"}),
    frozenset({"calendardate", "lastnightavg"}),
    frozenset({"calendardate", "heartratevalues"}),
    frozenset({"calendardate", "sleeptimeseconds"}),
    frozenset({"calendardate", "lastsevendaysavgrestingheartrate"}),
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
    frozenset({"activityid", "activityname", "starttimegmt"}),
    frozenset({"activityid", "activitytypedto", "summarydto"}),
    frozenset({"requesturl", "payload", "statuscode"}),
)
"""Names (folded) that an answer of the web service has together."""

SERVICE_ONLY = frozenset({"dailysleepdto", "lastsevendaysavgrestingheartrate"})
"""Names (folded) that no record of the account export has."""

_STAMP_IN_MS = re.compile(r'"sleep_?start_?timestamp_?gmt"\s*:\s*\d', re.IGNORECASE)
_SERVICE = re.compile(r'"(?:uri|url|requestUrl)"\s*:\s*"(?:https://)?[^"]{0,80}(?:garmin\.|thegarth\.|-service/)')


def is_of_account(head: Head) -> bool:
    """Whether a file is one of the account export: a list of records by its names, else by the file's own name."""
    text = json_start(head)
    if text is None or _SERVICE.search(text):
        return False
    names = names_in(text)
    is_list = text.startswith("[") or "summarizedactivitiesexport" in names
    is_service = bool(_STAMP_IN_MS.search(text)) or not names.isdisjoint(
        {"dailysleepdto", "lastsevendaysavgrestingheartrate"}
    )
    if is_list and not is_service and any(keys <= names for keys in ACCOUNT_KEYS):
        return True
    return bool(ACCOUNT_NAMES.search(head.name))


def is_of_service(head: Head) -> bool:
    """Whether a file is an answer of Garmin's web service, as it came or as a tool saved it."""
    text = json_start(head)
    if text is None or is_of_account(head):
        return False
    names = names_in(text)
    return bool(_SERVICE.search(text)) or any(keys <= names for keys in SERVICE_KEYS)

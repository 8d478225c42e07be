"""One vocabulary: the names that products give to a thing, and which field of an Event that thing is.

A name is looked up without case and punctuation: `src_ip`, `SrcIP` and the path `src.ip` are one. Of a path that is not
known whole its last two parts are tried, then its last one alone. This is how a product that nobody has named is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qorgan.module.formats.counted import NAMED
from qorgan.module.remembering import remembered

_TABLE: Final = {
    "source_address": """src srcip sourceip sourceaddress sourceipaddress srcipaddr srcaddr srcaddress srcipv4 srcipv6
        sourceipv4 sourceipv6 sourceaddr saddr idorigh origh attackerip attackeraddress attacker offenderip
        trueclientip clientip clientipaddress clientaddress clientaddr clientipaddr cip actoripaddress actorip
        srcips sourceips calleripaddress callerip remoteip remoteipaddress remoteaddress remoteaddr rhost fromip
        мекенжай =адреса =адрес =from visitorip =visitor originatingip
        loginip logonip
        sourcenetworkaddress senderip senderipaddress senderipv4 connectingip peerip peeraddress ipaddress ipaddr
        ipaddresses userip useripaddress publicip clientpublicip xforwardedfor remotehost srchost sourcehost =source
        =client =remote =ip =sa =origin originip initiatorip callingstationid clienthost srcendpointip remoteipv4
        natsrc localip deviceip hostip externalip peer addr deviceiplist hostipaddress endpointip ipaddressv4
        ipsrc ipsource addrsrc addrremote remoteaddrip attackingip hacker attackinghostip csip ssip
        flowfrom connectionfrom sessionfrom trafficfrom ipисточника
        истip ipист истадрес адресист ипист истип көзip көзмекенжай көзмекенжайы шабуылдаушыip
        адресисточника источник адресотправителя дереккөз көзі көз шабуылдаушы атакующий клиент адресклиента
         源ip 源地址 源ip地址 攻击源ip 攻击者ip 攻击ip 源主机""",
    "destination_address": """dst dstip destip destinationip destinationaddress destinationipaddress dstipaddr dstaddr
        dstaddress destaddr destaddress toip dstipv4 dstipv6 destipv4 destinationipv4 destinationipv6 daddr dip idresph
        resph dstendpointip victimip victimaddress targetip targetaddress targetipaddress serverip serveraddress
        serveripaddress dest =da =to =destination =victim =target destinationhost dsthost destinationaddr dstips destips
        destinationips ipdst ipdest
        addrdst =da attackedip attackedhostip cdip sdip
        flowto connectionto sessionto trafficto получатель
        назнip ipназн назнадрес адресназн назнип ипназн нысанаip нысанамекенжайы қабылдаушы
        ipназначения адресназначения назначение нысана цель адресцели жертва
        получательip адресполучателя
        目的ip 目的地址 目标ip 目的ip地址 目标地址 受害者ip 被攻击ip""",
    "source_port": """srcport sourceport spt sport idorigp origp clientport attackerport remoteport sourceportnumber
        srcendpointport localport portsrc csport ssport =sp
        портисточника истпорт портист көзпорты көзпорт 源端口""",
    "destination_port": """dstport destport destinationport dpt dport idrespp respp serverport targetport victimport
        destinationportnumber dstendpointport =port =dp portdst cdport sdport
        портназначения назнпорт портназн нысанапорты нысанапорт 目的端口 目标端口""",
    "protocol": """proto protocol transport transportprotocol ipprotocol networktransport protocolname iptransport
        layer4protocol connectioninfoprotocolname protoid protocolid protocolnumber
        протокол хаттама 协议 协议类型""",
    "application": """app application appproto applicationprotocol networkprotocol appprotocol applicationname
        networkapplication appcategoryname l7protocol service 应用名称 应用协议""",
    "url": """url urlfull urloriginal fullurl requesturl requesteduri requesturi httprequesturl httpurl rawurl uri
        httpuri httprequesturi csuri csuristem urlpath destinationurl threaturl maliciousurl request requestpath
        urlstring httprequesthttpurl targeturl =path =путь =req documenturi requrl clientrequestpath clientrequesturi
        requestedurl clickedurl 网址
        ссылка адресстраницы =адрес сілтеме
        httppath""",
    "host": """urldomain urlhostname httphost httphostname httprequesthost cshost hostheader httpheaderhost urlhost
        requesthost httprequesturlhostname vhost virtualhost webhost clientrequesthost requesthostname
        сайт ресурс =site""",
    "domain": """domain dnsquestionname dnsquery queryname query rrname qname destinationdomain destinationdnsdomain
        dsthostname fqdn sni servername tlsservername domainname registereddomain dnsdomain dnsrequestname
        questionname""",
    "file_name": """filename fname file filepath targetfilename objectname filefullpath filefullname fullpath
        filenames attachmentname attachment attachments attachmentfilename fileoriginalname infectedfile virusfile
        scannedfile filepathname childfilename filelocation malwarefile imagefilename processname imagepath
        parentprocess image commandline
        文件名 文件名称 文件路径
        objectpath detectedpath =object файл имяфайла объект путькфайлу =путь
        вложение тіркеме файлатауы""",
    "mail_sender": """sender mailfrom senderaddress senderfromaddress emailfrom emailsender fromaddress envelopefrom
        envfrom headerfrom smtpfrom fromheader mailsender sendermail emailfromaddress senderemail senderemailaddress
        жіберуші p1sender p2sender p1senderaddress fromemail smtpmailfrom returnpath headersfrom =from mailfromaddress
        emailsmtpfrom sendersmtpaddress effectivesenderemail p2sendersmtpaddress itemsender
        mailfromheader emailsenderaddress fromuseremailaddress fromuseremail senderenvelope senderheader
        отправитель адресотправителяписьма письмоот письмоотправитель сообщениеот хаткімнен хатжіберуші""",
    "mail_subject": """mailsubject emailsubject messagesubject headersubject subject subjectsubject msgsubject
        mailmsgsubject emailmessagesubject itemsubject
        темаписьма =тема письмотема сообщениетема хаттақырыбы тақырып""",
    "user": """user username userid usr usrname targetusername targetuser targetuserprincipalname userprincipalname
        principaluser principal upn dstuser dstusername destinationusername duser destinationuser srcuser srcusername
        sourceusername suser sourceuser accountname account useraccount login loginname loginuser logonuser logonname
        actoralternateid actoremail actorname actorusername useremail useremailaddr useridentityusername
        useridentityarn emailaddress email identity samaccountname subjectusername csusername caller callerusername
        principalname recipient rcpt to mailto xauthuser unauthuser authuser remoteuser =actor usernameoremail
        principalemail profileemail uname auid byuser performedby performedbyname usernamedisplay who
        用户 用户名 账号
        пользователь учетнаязапись учётнаязапись
        логин имяпользователя субъект пайдаланушы benutzer utilisateur usuario""",
    "machine": """hostname computername computer machinename machine devicename devname endpointname endpoint
        workstationname workstation agentname agenthostname agentcomputername agentrealtimeinfoagentcomputername
        dvchost devicehostname destinationhostname sourcehostname dhost shost dhostname hostidentifier devicednsname
        host hname clienthostname srcname dstname machinednsname clientname computerdnsname systemcomputer hostnames
        dvc nodename destinationname sourcename assetname resourcename fqdn station stationname machines pcname
        hostaffected victimhost affectedhost
        computers affectedmachine impacteddevice
        主机名 主机名称 设备名称
        компьютер
        имякомпьютера узел имяузла хост рабочаястанция устройство имяустройства сервер
        құрылғы =торап компьютератауы жұмысстанциясы""",
    "time": """eventtime timestamp eventtimestamp eventtimeutc rt timegenerated generatedtime timecreated createdat
        createddatetime eventcreationtime creationtime processstarttime devtime detecttime detectedat detectiontime
        activitydatetime eventdatetime occurredat occurred published datetime threattime messagetime clicktime
        threatinfocreatedat detectedutc utctime logtime isotimestamp eventreceivedtime ts time starttime start
        firstseen =date localtime receivetime receivedtime created updatedat lastseen endtime end localtimestamp
        eventdate eventstarttime activitydate =published reported utc clienttime
        время датаивремя времясобытия уақыт 时间 发生时间 攻击时间 日志时间""",
    "kind": """eventtype messagetype eventkind eventclass eventclassname logtype =type =event eventname operationname
        operation detailtype eventtypename activityname activitytype =kind =class subtype eventcode eventid logid
        msgid metatype actiontype eventsimplename workload eventaction snmptrapoid =action
        типсобытия видсобытия =тип оқиғатүрі =түрі 日志类型 事件类型""",
    "rule_name": """rulename signaturename signature signame attackname attack threatname virusname virus malwarename
        malware malwarefamily detectionname infectionname infection detectname threat alertname alerttitle
        dtypevname detectiontypename detectiontitle threattitle
        alertsignature signaturemessage signaturemsg ruledescription ruletitle ruledesc findingtitle findinginfotitle
        incidentname incidenttitle =note noticename threatinfothreatname attacktitle vulnerabilityname exploitname
        patternname violationname matchedrule wafrulename scanname riskname terminatingruleid detectdescription
        idpattackname attackid threatid displaymessage displayname =title =name eventdescription alerttype findingtype
        eventtext
        logdesc eventname operationname operation rule activityname logmessage auditlogevent modelname =model
        detectionrule signname sigdesc sigtext signaturetext ruletext signaturedescription intelname correlationname
        correlationrule threatmodelname
        virusfound malwarefound idsrulename eventtitle usecasename casename ruletriggered rulemessage
        filtersname malopname suspicionname alertdisplayname detectiondisplayname
        detectionevent =alert =detection =incident alarm alarmname offense offensename offence alertmessage
        漏洞名称 病毒名 病毒名称 攻击名称 威胁名称 规则名称 事件名称 avname investigationname
        =finding =behavior =behaviour =sig
        угроза имяугрозы названиеугрозы вирус сигнатура имясигнатуры правило имяправила имяполитики инцидент атака
        названиесобытия событие қауіп оқиға ереже атауы шабуыл название наименование детект қолтаңба""",
    "rule_id": """signatureid sigid ruleid ruleuuid attackid threatid vulnerabilityid idpsignatureid =sid sidid
        signatureidentifier ruleidentifier alertruleid terminatingruleid ruleuid patternid rulenumber detectionruleid
        vid eventcode =eventid logid policyid msgid""",
    "severity": """severity sev threatseverity alertseverity attackseverity eventseverity incidentseverity severityname
        severitylabel
        severityscore severityid severitylevel threatlevel risklevel riskseverity crlevel attackrisk threatrisk
        virusrisk maxseverityname criticality urgency importance riskscore threatscore crscore impact risk =level =lvl
        priority prio loglevel pri apprisk =score
        vendorseverity
        严重等级 严重级别 危险等级 威胁等级 风险等级 级别 dangerdegree dangerlevel attacklevel
        важность критичность серьезность уровеньугрозы уровеньважности =уровень маңыздылық маңыздылығы деңгей деңгейі
        =қауіпдеңгейі степеньопасности опасность""",
    "action": """action act deviceaction actiontaken fwaction utmaction policyaction ruleaction disposition
        mitigationstatus threatinfomitigationstatus responseaction remediationaction remediationstatus preventaction
        preventionaction patterndispositiondescription actionresult actualaction finalaction threataction virusaction
        idpaction wafaction firewallaction alertaction eventaction interceptstate enforcement protectiontype verdict
        threatstatus detectionstatus quarantinestatus resolution statusdescription blocked isblocked prevented
        isprevented quarantined quarantinefolder deliveryaction response =status =result filteraction
        动作 系统动作 处理动作 处置动作 响应动作
        =deal =did =done =mitigation
        действие реакция =decision
        решение әрекет шара""",
    "outcome": """eventoutcome outcome outcomeresult loginresult loginstatus logonstatus authresult authstatus
        authenticationresult responseelementsconsolelogin result resultstatus resulttype resultsignature issuccess
        issuccessful success successful statuserrorcode authenticationstatus accessresult errorcode statusdetail
        status resultcode statuscode failurereason errormessage =state =action msgresult resultdescription action
        результат исход статус нәтиже күйі""",
    "message": """message msg =description eventdescription alertdescription fullmessage rawmessage longdescription
        eventmessage =reason failurereason outcomereason statusfailurereason errormessage resultdescription =details
        alerttext =detail =info =summary =text logdesc notice statusreason additionalinfo localizedmessage
        描述 详情
        описание сообщение хабарлама сипаттама
        =what =why =observation""",
    "category": """category eventcategory attackcategory threatcategory threattype attacktype classification classtype
        threatclassification threatinfoclassification alertcategory malwaretype malwarecategory malwareclass
        violationtype violationcategory violations threatclass virustype signaturecategory rulecategory subcategory
        alertclassification detectiontype detectiontypes findingtypes findinginfotypes catdesc urlcategory categories
        tactic tactics =cat =class =type subtype logtype logsubtype =kind eventtype logcomponent verdicts
        maliciousverdict attackclass riskeventtype risktype
        anomalytype threatkind issuetype
        signaltype offensetype incidentcategory risktypes threatverdict impactname categoryname categoryset
        categorytype classname
        categorylabel alerttype servicesource detectionsource filtername threatsubtype filtertype threatfactors
        attackvector detectionengines eventsubtype subeventtype module gzmodule
        engine detectionengine enginename scantype rulegroup incidenttype verdict threatfamily alertsource blocktype
        attacktypes threattypes threats tagstype tagtype eventtags attacktags ruletags signals labels tactictechnique
        killchain killchainphase killchainstage intrusionphase attackphase attackstage attackstages
        scanresult policynames
        攻击类型 威胁类型 病毒类型 攻击分类 类型
        категория класс классугрозы типугрозы подсистема санат санаты сынып тип типатаки түрі
        вердикт шешім үкім қорытынды заключение классификация""",
    "count": """repeatcount eventcount baseeventcount repeated occurrences occurrencecount aggregatedcount numevents
        =count =cnt timesrepeated repeatcnt hitcount totalevents servicecount""",
    "vendor": """devicevendor vendorname productvendor observervendor vendor vendorinformationvendor providervendor
        metadataproductvendorname manufacturer""",
    "product": """deviceproduct productname observerproduct metadataproductname product vendorinformationprovider
        productversionname sourceproduct providername eventprovider sourcetype eventsource analyzername""",
    "method": """httpmethod requestmethod httprequestmethod csmethod =method httprequesthttpmethod clientrequestmethod
        requesttype reqmethod httpverb verb""",
    "date": """=date =day""",
    "clock": """=time eventclock""",
    "zone": """=tz timezone =zone dtz devtimezone""",
}
"""Fields of an Event, or of what makes one (`url`, `date`, `clock`, `zone`, `method`), each with the names products
give it, the surest first. A name behind `=` counts only where it is the whole path."""

FIELDS: Final = frozenset((*_TABLE, "hash", "technique"))
_COLLECTED: Final = (
    ("hash", re.compile(r"md5|sha-?_?(?:1|256|512)|(?:^|\W|file|_)hash|checksum|(?:^|\.)hashes?$", re.IGNORECASE)),
    ("technique", re.compile(r"mitre|att&?ck(?!e)|techni|tactic|(?:^|[\W_])(?:a?tags?|techs?|ttps?)$", re.IGNORECASE)),
)
_NO_FILES: Final = re.compile(r"ja[34]|hassh|imphash|cert|x509|tls|ssl|user|pass|session|fingerprint", re.IGNORECASE)
"""Digests of other things than files."""

_JUNK: Final = re.compile(r"[\W_]+")
_PARTS: Final = re.compile(r"[./\\\[\]:]+")
_WORDS: Final = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|\d+")
_TYPED: Final = re.compile(r"(?<=[A-Za-z0-9])(?:_[sdbgt]|\(\d{1,6}\))$")
"""By this a table of logs marks what type a column has, and a device which number: `ThreatTitle_s`, `SrcIP(1003)`."""
_FEW_WORDS: Final = 2
_BY_ENDING: Final = 100
_LEAST_SURE: Final = 1_000
_ADDRESS_NAME: Final = re.compile(r"(?:ip|addr|address|ips|ipv4)(?:es)?$", re.IGNORECASE)
_OTHER_ADDRESS: Final = re.compile(
    r"d(?:e?st|vc)|target|server|host|agent|device|local|nat|gateway|dns|m(?:ana)?ge?mt|sensor|observer|collector|interface"
    r"|router|mac|mail|resp|peer_|broker|proxy|listener|bind|description|zip|ship|clip|tooltip",
    re.IGNORECASE,
)
"""Names of addresses that are not where a thing came from."""
_LONGEST_NAME: Final = 256
_LAST: Final = {
    **dict.fromkeys(("name", "title", "label", "displayname", "название", "имя", "заголовок", "атауы"), "rule_name"),
    **dict.fromkeys(("type", "class", "family", "reason", "result", "status", "класс", "тип", "түрі"), "category"),
    **dict.fromkeys(("score", "level", "grade"), "severity"),
    **dict.fromkeys(("description", "text", "summary"), "message"),
}
_FOUND_ABOVE: Final = re.compile(
    r"(?:alert|detect|threat|rule|model|breach|incident|finding|attack|malware|virus|signature|malop|indicator|offen[cs]e"
    r"|hits?$|anomal|insight|suspicio|verdict|analysis|stor(?:y|yline)$|notable|observation|угроз|сигнатур|инцидент"
    r"|атак|қауіп|шабуыл)",
    re.IGNORECASE,
)
"""Parts of a path below which stands what was found, by its name and kind."""
_FILE_ABOVE: Final = re.compile(r"(?:sample|file|object|attachment|document)s?$", re.IGNORECASE)


def normalise(name: str) -> str:
    """A name without case and punctuation, as the vocabulary looks it up."""
    return _JUNK.sub("", name[:_LONGEST_NAME]).lower()


@remembered(16_384)
def places_of(name: str) -> tuple[tuple[str, int], ...]:
    """The fields that a name or a dotted path stands for, each with how sure that is; the least number is surest.

    Nothing when nobody knows the name.
    """
    # What a product puts before the first of its names is its own: `Example Guard - Incident`.
    name = _TYPED.sub("", name[:_LONGEST_NAME].rpartition(" - ")[2])
    found: dict[str, int] = {}
    for field, rank in _EXACT.get(whole := normalise(name), ()):
        found.setdefault(field, rank * 3)
    parts = [part for part in _PARTS.split(name) if part and not part.isdigit()]
    for left_out, kept in enumerate((parts[-2:], parts[-1:]), 1):
        short = "".join(map(normalise, kept))
        if short and short != whole:
            for field, rank in _ANYWHERE.get(short, ()):
                found.setdefault(field, rank * 3 + left_out)
    if not found:
        found = _guessed(name, parts)
    for field, pattern in _COLLECTED:
        if pattern.search(name) and not (field == "hash" and _NO_FILES.search(name)):
            found.setdefault(field, 0)
    for field, pattern in NAMED:
        if pattern.search(name):
            found.setdefault(field, 0)
    return tuple(found.items())


def _guessed(name: str, parts: list[str]) -> dict[str, int]:
    """The fields of a name that nobody knows, by the words it ends in and by what lies above it."""
    # `ClientRequestMethod`, `audit_log_event`: such a name may end in words that somebody does know.
    words = _WORDS.findall(parts[-1] if parts else "")
    known = _ANYWHERE.get("".join(words[-2:]).lower(), ()) if len(words) > _FEW_WORDS else ()
    found = {field: rank * 3 + _BY_ENDING for field, rank in known}
    if not found and _ADDRESS_NAME.search(name) and not _OTHER_ADDRESS.search(name):
        found["source_address"] = _LEAST_SURE
    return found or dict.fromkeys(_deep(parts), _LEAST_SURE)


def _deep(parts: list[str]) -> Iterator[str]:
    """Fields that the last part of a path is for by what lies anywhere above it: `model.then.name` is a rule's name."""
    field = _LAST.get(normalise(parts[-1])) if len(parts) > 1 else None
    if field == "rule_name" and _FILE_ABOVE.match(parts[-2]):
        yield "file_name"
    if field and any(_FOUND_ABOVE.match(part) for part in parts[:-1]):
        yield field


def _indexed(*, whole_only: bool) -> dict[str, tuple[tuple[str, int], ...]]:
    index: dict[str, dict[str, int]] = {}
    for field, names in _TABLE.items():
        for rank, name in enumerate(names.split()):
            if whole_only or not name.startswith("="):
                index.setdefault(normalise(name), {}).setdefault(field, rank)
    return {name: tuple(fields.items()) for name, fields in index.items()}


_EXACT: Final = _indexed(whole_only=True)
_ANYWHERE: Final = _indexed(whole_only=False)

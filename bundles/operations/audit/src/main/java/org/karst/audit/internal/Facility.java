package org.karst.audit.internal;

import java.util.Locale;

/** The facilities of syslog (RFC 5424 section 6.2.1) by the names that {@code policyAuditConfig.syslogFacility} takes. */
public enum Facility {
    KERN(0),
    USER(1),
    MAIL(2),
    DAEMON(3),
    AUTH(4),
    SYSLOG(5),
    LPR(6),
    NEWS(7),
    UUCP(8),
    CLOCK(9),
    FTP(11),
    NTP(12),
    AUDIT(13),
    ALERT(14),
    CLOCK2(15),
    LOCAL0(16),
    LOCAL1(17),
    LOCAL2(18),
    LOCAL3(19),
    LOCAL4(20),
    LOCAL5(21),
    LOCAL6(22),
    LOCAL7(23);

    /** What vlog calls INFO is a notice for syslog. */
    private static final int NOTICE = 5;

    private final int number;

    Facility(int number) {
        this.number = number;
    }

    /**
     * The one of a name.
     *
     * @throws IllegalArgumentException with a sentence if there is none
     */
    public static Facility parse(String name) {
        for (Facility facility : values()) {
            if (facility.name().toLowerCase(Locale.ROOT).equals(name)) {
                return facility;
            }
        }
        throw new IllegalArgumentException("'" + name + "' is no facility of syslog, such as local0 or daemon");
    }

    /** The priority of our messages: all have the level notice, as vlog gives it to INFO. */
    int priority() {
        return number << 3 | NOTICE;
    }
}

package org.karst.auditlog;

import java.util.List;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Stage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The feature: a log of what policies decide. */
@Component(service = Feature.class, configurationPid = "org.karst.audit")
public final class AuditLogFeature implements Feature {
    /** {@code etc/org.karst.audit.cfg}, as far as switches are concerned. */
    public @interface Configuration {
        /** How many lines a second there are at most for each node; less than 1 is 1. */
        int rateLimit() default 20;
    }

    private final int rate;

    /** Made by Declarative Services. */
    @Activate
    public AuditLogFeature(Configuration configuration) {
        this(Math.max(1, configuration.rateLimit())); // a feature that is wanted and absent holds all removals back
    }

    /**
     * The feature.
     *
     * @param rate how many packets a second a node tells of at most, 1 or more
     */
    public AuditLogFeature(int rate) {
        if (rate < 1) {
            throw new IllegalArgumentException("a rate is 1 or more, not " + rate);
        }
        this.rate = rate;
    }

    @Override
    public String name() {
        return "audit-log";
    }

    @Override
    public List<Kind<?>> watches() {
        return List.of(Subjects.LOGGING);
    }

    @Override
    public List<Stage> stages() {
        return List.of(new AuditStage(rate).stage());
    }

    @Override
    public List<Rule<?>> rules() {
        return List.of(new Rule<>(
                "audit-log-problems", Scope.ZONE, Keys.of(Subjects.LOGGING.table()), AuditLogFeature::problems));
    }

    private static List<Item> problems(View view, PodKey key) {
        List<String> problems = view.get(Subjects.LOGGING.table(), key)
                .map(AuditLogging::problems)
                .orElse(List.of());
        return problems.isEmpty()
                ? List.of()
                : List.of(EventItem.warning(
                        "Namespace", "", key.name(), "InvalidAuditLogging", String.join(". ", problems)));
    }
}

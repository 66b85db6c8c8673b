package org.karst.kubernetes;

import java.util.List;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Table;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.osgi.service.component.annotations.Component;

/** What the core says about the objects themselves. */
@Component(service = Feature.class)
public final class KubernetesFeature implements Feature {
    /** Objects that their kind's decoder refuses, with its sentence. Filled by {@link KubernetesDriver}. */
    public static final Table<UnreadableObject, String> UNREADABLE = Table.named("unreadable-objects");

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public List<Rule<?>> rules() {
        return List.of(new Rule<>(
                "unreadable-objects",
                Scope.ZONE,
                Keys.of(UNREADABLE),
                (view, unreadable) -> view.get(UNREADABLE, unreadable).stream()
                        .map(why -> event(unreadable.object(), why))
                        .toList()));
    }

    private static EventItem event(ApiObject object, String why) {
        return new EventItem(
                object.apiVersion(),
                object.kind(),
                object.namespace(),
                object.name(),
                true,
                "Unreadable",
                why + "; Karst goes on with the last state that it could read, or without it if there was none");
    }
}

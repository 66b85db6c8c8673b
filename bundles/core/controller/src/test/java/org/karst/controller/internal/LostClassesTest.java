package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.incremental.Query;
import org.karst.model.MacAddress;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;

/** A bundle that is updated twice in a moment has lost its classes before its feature is unbound. */
class LostClassesTest extends LoopFixture {
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final SampleFeature FLOWS = SampleFeature.plain("deciding");
    private static final AttachmentKey ANOTHER = new AttachmentKey("a", "another", "eth0");
    private static final AttachmentKey POD = new AttachmentKey("a", "container", "eth0");

    private final AtomicBoolean gone = new AtomicBoolean();

    /** A feature that decides, until its classes are gone. */
    private record Deciding(AtomicBoolean gone, SampleFeature flows) implements Feature {
        @Override
        public String name() {
            return flows.name();
        }

        @Override
        public List<Stage> stages() {
            return flows.stages();
        }

        @Override
        public List<Query<Subject, Long>> verdicts() {
            return List.of(Query.of("deciding", (view, subject) -> {
                if (gone.get()) {
                    throw new NoClassDefFoundError("org/karst/example/Lost");
                }
                return subject.direction() == Direction.INGRESS ? 7L : 0L;
            }));
        }
    }

    private static void attach(Facts facts, AttachmentKey key) {
        facts.put(
                World.ATTACHMENTS,
                key,
                new Attachment(
                        new PodKey("default", key.containerId()),
                        "veth-" + key.containerId(),
                        "/run/netns/x",
                        MacAddress.parse("0a:58:0a:80:00:05"),
                        1400,
                        List.of(),
                        List.of(),
                        Attachment.Device.VETH));
    }

    private Map<Subject, Long> left() throws Exception {
        Optional<DepartedFeature> departed = get(loop.read(view -> view.get(DepartedFeature.DEPARTED, FLOWS.name())));
        return departed.orElseThrow().verdicts().values().stream().findFirst().orElseThrow();
    }

    @Test
    void whatCannotBeAskedAnyMoreIsLeftOutAndTheWriterGoesOn() throws Exception {
        Feature feature = new Deciding(gone, FLOWS);
        loop.post(Lane.FACTS, facts -> attach(facts, POD));
        get(loop.bind(feature));
        get(loop.inspect(Inspection::revision));
        get(loop.unbind(feature, GRACE));
        assertThat(left()).containsExactly(Map.entry(new Subject(POD, Direction.INGRESS), 7L));

        get(loop.bind(feature));
        get(loop.inspect(Inspection::revision));
        gone.set(true);
        loop.post(Lane.FACTS, facts -> attach(facts, ANOTHER));
        get(loop.unbind(feature, GRACE));
        assertThat(left().keySet()).isSubsetOf(new Subject(POD, Direction.INGRESS));
        assertThat(get(loop.inspect(Inspection::features))).doesNotContain(FLOWS.name());
    }

    @Test
    void aMessageWhoseClassesAreGoneFailsAlone() throws Exception {
        loop.post(Lane.FACTS, facts -> {
            throw new NoClassDefFoundError("org/karst/example/Lost");
        });
        assertThat(get(loop.inspect(Inspection::revision))).isPositive();
        assertThat(loop.statistics().failedMessages()).isEqualTo(1);
    }
}

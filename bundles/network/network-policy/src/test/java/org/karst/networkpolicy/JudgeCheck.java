package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.RuleReference;
import org.karst.testing.PolicyJudges;
import org.karst.testing.PolicyWorld;
import org.karst.testing.PolicyWorld.End;
import org.karst.testing.PolicyWorld.Pod;
import org.karst.testing.Run;

/** Every pod with every other end, at every port: the judges say what the documentation says, and name the rules that it has. */
final class JudgeCheck implements PolicyJudges.Documentation {
    private final PolicyWorld world;
    private final Oracle oracle;
    private final Run run;

    JudgeCheck(PolicyWorld world, Oracle oracle, Run run) {
        this.world = world;
        this.oracle = oracle;
        this.run = run;
    }

    void all(String context) {
        assertThat(new PolicyJudges(world, this).differences(run)).as(context).isEmpty();
    }

    @Override
    public String written(Pod pod, Direction direction, Judgement judgement) {
        if (judgement.outcome() == Outcome.DENY) {
            boolean named = !judgement.rules().isEmpty()
                    && judgement.rules().stream()
                            .allMatch(rule -> rule.index().isEmpty()
                                    && rule.acl()
                                            .equals("NP:" + pod.namespace() + ":" + RuleReference.word(direction)));
            return named ? "DENY" : "DENY " + judgement.rules();
        }
        return judgement.outcome()
                + judgement.rules().stream()
                        .map(rule -> " " + rule.namespace() + "/" + rule.name() + "["
                                + rule.index().orElseThrow() + "]")
                        .reduce("", String::concat);
    }

    @Override
    public String expected(Pod pod, End end, Direction direction, String protocol, int port) {
        boolean ingress = direction == Direction.INGRESS;
        Optional<List<String>> rules = oracle.rules(
                ingress ? "Ingress" : "Egress", pod, end, ingress ? Optional.of(pod) : end.pod(), protocol, port);
        if (rules.isEmpty()) {
            return "NOT_SUBJECT";
        }
        boolean own = ingress && world.nodes().get(pod.node()).contains(end.address());
        boolean itself = end.pod().filter(pod::equals).isPresent();
        if (own || itself) {
            return "ALLOW";
        }
        return rules.get().isEmpty() ? "DENY" : "ALLOW " + String.join(" ", rules.get());
    }
}

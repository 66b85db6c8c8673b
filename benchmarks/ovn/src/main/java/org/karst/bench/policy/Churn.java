package org.karst.bench.policy;

import java.io.IOException;
import java.time.Duration;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.sides.Contest;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.chaos.PolicyChurn;
import org.karst.sandbox.chaos.Trial;
import org.karst.sandbox.chaos.Workload;

/** Policies come and go while numbered packets flow: what is always allowed is not lost, what is always denied does not arrive. */
final class Churn implements Contest.Solo {
    private static final int PER_SECOND = 100;
    /** The machine may take a breath. */
    private static final int LEAST_PER_SECOND = 95;

    private final Duration time;

    Churn(Duration time) {
        this.time = time;
    }

    @Override
    public void play(Contest contest, SandboxCluster cluster) throws IOException, InterruptedException {
        contest.say("policies come and go for " + time.toSeconds() + " s");
        PolicyChurn churn = new PolicyChurn(PER_SECOND, time);
        double[] seconds = new double[1];
        Trial trial = Trial.of(
                cluster,
                Workload.create(cluster),
                cluster.sandbox().nodes().get(0),
                PER_SECOND + " policies a second",
                true,
                ground -> {
                    long begin = System.nanoTime();
                    churn.run(ground);
                    seconds[0] = Figures.secondsSince(begin);
                });
        System.err.println(trial.describe());
        String what = "policies come and go under traffic, ";
        contest.row(
                what + "created and deleted a second",
                "1/s",
                PER_SECOND * time.toSeconds() / Math.max(1e-3, seconds[0]),
                Bar.atLeast(LEAST_PER_SECOND));
        contest.row(
                what + "packets lost that are allowed",
                "packets",
                (double) trial.verdict().lost(),
                Bar.exactly(0));
        contest.row(
                what + "denied packets that passed, flows that are left or gone",
                "complaints",
                trial.complaints().size(),
                Bar.exactly(0));
    }
}

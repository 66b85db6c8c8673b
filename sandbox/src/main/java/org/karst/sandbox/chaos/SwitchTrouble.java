package org.karst.sandbox.chaos;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.sandbox.SandboxException;

/** What happens to the daemons of Open vSwitch, to their connections, and to what they hold. */
final class SwitchTrouble {
    private static final Duration DOWN = Duration.ofSeconds(1);
    private static final int FLAPS = 5;
    private static final Pattern TABLE = Pattern.compile("table=[0-9]+");

    private SwitchTrouble() {}

    static void switchKilled(Ground ground) throws IOException, InterruptedException {
        ground.dead(() -> {
            ground.openVSwitch().killSwitch();
            Thread.sleep(DOWN.toMillis());
            revive(ground);
        });
    }

    static void databaseKilled(Ground ground) throws IOException, InterruptedException {
        ground.dead(() -> {
            ground.openVSwitch().killDatabase();
            Thread.sleep(DOWN.toMillis());
            ground.openVSwitch().startDatabase();
            ground.awaitAnswers();
        });
    }

    static void bothKilled(Ground ground) throws IOException, InterruptedException {
        ground.dead(() -> {
            ground.openVSwitch().killSwitch();
            ground.openVSwitch().killDatabase();
            Thread.sleep(DOWN.toMillis());
            ground.openVSwitch().startDatabase();
            revive(ground);
        });
    }

    /** Starts the switch of the node and measures until new connections work again. */
    private static void revive(Ground ground) throws IOException, InterruptedException {
        ground.openVSwitch().startSwitch();
        long back = System.nanoTime();
        ground.awaitAnswers();
        ground.note(String.format(
                Locale.ROOT, "new connections %.2f s after ovs-vswitchd is back", (System.nanoTime() - back) / 1e9));
    }

    static void connectionFlaps(Ground ground) throws IOException, InterruptedException {
        for (int i = 0; i < FLAPS; i++) {
            ground.openVSwitch().vsctl("--no-wait", "set-controller", "br-int", "tcp:127.0.0.1:9");
            Thread.sleep(DOWN.toMillis());
        }
    }

    static void managementLinkFlaps(Ground ground, int times) throws IOException, InterruptedException {
        ground.expectLinksToMove();
        for (int i = 0; i < times; i++) {
            ground.sandbox().connectToServer(ground.node(), false);
            Thread.sleep(DOWN.toMillis());
            ground.sandbox().connectToServer(ground.node(), true);
            Thread.sleep(DOWN.toMillis());
        }
    }

    static void flowsDeleted(Ground ground) throws IOException, InterruptedException {
        ground.dead(() -> {
            ground.openVSwitch().ofctl("del-flows", "br-int", "ip,nw_dst=" + ground.ipv4OfServer());
            verified(ground);
        });
    }

    static void flowsAltered(Ground ground) throws IOException, InterruptedException {
        ground.dead(() -> {
            String match = "ip,nw_dst=" + ground.ipv4OfServer();
            Matcher table = TABLE.matcher(ground.openVSwitch().ofctl("dump-flows", "br-int", match));
            while (table.find()) {
                ground.openVSwitch().ofctl("mod-flows", "br-int", table.group() + "," + match + ",actions=drop");
            }
            verified(ground);
        });
    }

    /** Somebody asks for a comparison, which has to find something. */
    private static void verified(Ground ground) throws IOException, InterruptedException {
        Map<?, ?> answer = Serialization.unmarshal(
                ground.cluster()
                        .client()
                        .raw("/karst/v1/verify-flows?node=" + ground.node().name(), "POST", ""),
                Map.class);
        if (((List<?>) answer.get("differences")).isEmpty()) {
            throw new SandboxException("a verification of " + ground.node().name() + " found nothing");
        }
        ground.awaitAnswers();
    }

    static void portDeleted(Ground ground) throws IOException, InterruptedException {
        ground.dead(() -> {
            ground.openVSwitch().vsctl("--no-wait", "del-port", "br-int", ground.portOfServer());
            ground.awaitAnswers();
        });
    }

    static void bridgeDeleted(Ground ground) throws IOException, InterruptedException {
        ground.dead(() -> {
            ground.openVSwitch().vsctl("--no-wait", "del-br", "br-int");
            ground.awaitAnswers();
        });
    }
}

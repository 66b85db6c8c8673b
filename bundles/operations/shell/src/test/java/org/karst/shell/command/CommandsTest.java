package org.karst.shell.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.karaf.shell.support.completers.ArgumentCommandLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.karst.apiserver.Accounts;
import org.karst.apiserver.Backups;
import org.karst.connectivity.Connectivity;
import org.karst.questions.QuestionException;
import org.karst.questions.Questions;
import org.karst.testing.Cluster;
import org.karst.testing.Run;

/** The commands in Karaf's own shell, with a real controller behind. */
class CommandsTest {
    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<String> issued = new ArrayList<>();
    private final Accounts accounts = (file, name, role, life) -> {
        if (file.endsWith("taken")) {
            throw new IOException(file + " is there already");
        }
        issued.add(file + " " + name + ' ' + role + ' ' + life);
    };
    private final Backups backups = new Backups() {
        @Override
        public Backup backUp(Path file) throws IOException {
            if (file.endsWith("taken")) {
                throw new IOException(file + " is there already");
            }
            return new Backup(7, 1, 4096);
        }

        @Override
        public Backup restore(Path file) {
            return new Backup(7, 2, 4096);
        }

        @Override
        public boolean cancelRestore() {
            return false;
        }
    };
    private Run run;
    private Questions questions;
    private SessionFactoryImpl sessions;
    private Session session;

    @BeforeEach
    void start() {
        run = Run.of(
                new Cluster()
                        .node("a", "10.128.0.0/24")
                        .node("b", "10.128.1.0/24")
                        .pod("shop/web", "a", "10.128.0.5"),
                new Connectivity());
        questions = new Questions(run.controller());
        threadIo.start();
        sessions = new SessionFactoryImpl(threadIo);
        sessions.getRegistry().register(questions);
        sessions.getRegistry().register(accounts);
        sessions.getRegistry().register(backups);
        ManagerImpl manager = new ManagerImpl(sessions.getRegistry(), sessions.getRegistry());
        for (Class<?> type : List.of(
                NodeCompleter.class,
                PodCompleter.class,
                SlotCompleter.class,
                SubjectCompleter.class,
                StatusCommand.class,
                NodesCommand.class,
                PodsCommand.class,
                SlotsCommand.class,
                SyncCommand.class,
                FlowsCommand.class,
                KubeconfigCommand.class,
                BackupCommand.class,
                RestoreCommand.class,
                VerifyFlowsCommand.class,
                WhyCommand.class)) {
            manager.register(type);
        }
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        session = sessions.create(new ByteArrayInputStream(new byte[0]), out, out);
    }

    @AfterEach
    void stop() {
        session.close();
        sessions.stop();
        threadIo.stop();
        questions.close();
        run.close();
    }

    @Test
    void letsSomebodyInByTheRoleThatIsNamed() throws Exception {
        assertThat(execute("karst:kubeconfig --role node --days 2 node-a /tmp/node-a"))
                .isEqualTo("/tmp/node-a lets node-a in as node for 2 days\n");
        assertThat(issued).containsExactly("/tmp/node-a node-a node PT48H");
        assertThatThrownBy(() -> execute("karst:kubeconfig --role king anna /tmp/anna"))
                .hasMessage("a role is one of admin, viewer, node, not 'king'");
        assertThatThrownBy(() -> execute("karst:kubeconfig --days two anna /tmp/anna"))
                .hasMessage("--days is a whole number, not 'two'");
        assertThatThrownBy(() -> execute("karst:kubeconfig anna /tmp/taken"))
                .isInstanceOf(QuestionException.class)
                .hasMessage("/tmp/taken is there already");
    }

    @Test
    void copiesWhatTheApiServerHoldsAndTakesItBack() throws Exception {
        assertThat(execute("karst:backup /tmp/monday"))
                .isEqualTo("/tmp/monday has 1 object as of revision 7, 4096 bytes\n");
        assertThatThrownBy(() -> execute("karst:backup /tmp/taken")).hasMessage("/tmp/taken is there already");
        assertThat(execute("karst:restore /tmp/monday"))
                .startsWith("2 objects as of revision 7 replace all that are there when the server starts again");
        assertThat(execute("karst:restore --cancel")).isEqualTo("there was nothing to be restored\n");
        assertThatThrownBy(() -> execute("karst:restore")).hasMessage("karst:restore wants a file, or --cancel");
        assertThatThrownBy(() -> execute("karst:restore --cancel /tmp/monday"))
                .hasMessage("karst:restore wants a file, or --cancel");
    }

    private String execute(String command) throws Exception {
        printed.reset();
        session.execute(command);
        return printed.toString(StandardCharsets.UTF_8);
    }

    private List<String> complete(NameCompleter completer, String typed) {
        completer.questions = questions;
        List<String> candidates = new ArrayList<>();
        completer.complete(session, new ArgumentCommandLine(typed, typed.length()), candidates);
        return candidates.stream().map(String::strip).toList();
    }

    @Test
    void printsTextOrJson() throws Exception {
        assertThat(execute("karst:nodes").lines()).hasSize(3).first().asString().startsWith("NODE ");
        assertThat(execute("karst:nodes --json")).startsWith("{").contains("\"name\" : \"a\"");
        assertThat(execute("karst:status")).startsWith("ready ");
        assertThat(execute("karst:pods --node a")).contains("shop/web");
        assertThat(execute("karst:slots")).contains("CONNTRACK").contains("track-ipv4");
    }

    @Test
    void aPrintedFlowIsExplained() throws Exception {
        String line = execute("karst:flows --node a --slot spoof_guard --pod shop/web")
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
        String flow = line.substring(line.indexOf("table="));
        assertThat(execute("karst:why --node a '" + flow + "'"))
                .startsWith("a: " + flow)
                .contains("  wanted by rule ");
        assertThat(execute("karst:why pod shop/web")).contains("wanted by rule ");
    }

    @Test
    void flowsAreVerifiedWhereThereIsADriver() throws Exception {
        assertThatThrownBy(() -> execute("karst:verify-flows"))
                .hasMessage("no switch can be verified: the OpenFlow driver does not run");
        List<String> asked = new ArrayList<>();
        questions.bindVerifier((node, removeForeign) -> {
            asked.add(node + " " + removeForeign);
            return CompletableFuture.completedFuture(List.of());
        });
        assertThat(execute("karst:verify-flows --node a --remove-foreign"))
                .startsWith("1 switch verified: all as wanted\n")
                .contains(" items computed anew in ")
                .contains(" ms: the same");
        assertThat(asked).containsExactly("a true");
        execute("karst:verify-flows");
        assertThat(asked).containsExactly("a true", "a false", "b false");
    }

    @Test
    void aWrongQuestionGetsASentence() {
        assertThatThrownBy(() -> execute("karst:flows --node c"))
                .isInstanceOf(QuestionException.class)
                .hasMessage("there is no node c; there are a, b");
        assertThatThrownBy(() -> execute("karst:why 'ip,nw_dst=10.128.0.5'"))
                .isInstanceOf(QuestionException.class)
                .hasMessageStartingWith("no table=NUMBER in ");
    }

    @Test
    void namesAreCompleted() {
        assertThat(complete(new NodeCompleter(), "")).containsExactlyInAnyOrder("a", "b");
        assertThat(complete(new PodCompleter(), "sh")).containsExactly("shop/web");
        assertThat(complete(new SlotCompleter(), "ROU")).containsExactly("ROUTING");
        SubjectCompleter subject = new SubjectCompleter();
        subject.questions = questions;
        List<String> candidates = new ArrayList<>();
        CommandLine line = new ArgumentCommandLine("p", 1);
        subject.complete(session, line, candidates);
        assertThat(candidates).containsExactly("pod ");
    }
}

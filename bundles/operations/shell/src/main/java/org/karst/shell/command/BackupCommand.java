package org.karst.shell.command;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.karst.apiserver.Backups;
import org.karst.apiserver.Backups.Backup;
import org.karst.questions.QuestionException;

/** {@code karst:backup}: asks nothing of the controller, but copies what the API server holds. */
@Service
@Command(
        scope = "karst",
        name = "backup",
        description = "Writes all objects of the API server to a file",
        detailedDescription =
                """
                karst:backup /var/backups/karst-monday
                    All objects of one moment, while the server goes on; a new file with mode 0600.
                What is not in it: the keys, the token and the configuration, which are files in data/apiserver and etc.
                karst:restore FILE takes it back.
                """)
public final class BackupCommand implements Action {
    static final String NO_SERVER =
            "the API server is not Karst's own here; the cluster's own tools (etcdctl) copy its objects";

    @Reference(optional = true)
    Backups backups;

    @Argument(index = 0, name = "file", description = "Where to write it; a new file", required = true)
    @Completion(FileCompleter.class)
    String file;

    @Override
    public Object execute() {
        if (backups == null) {
            throw QuestionException.invalid(NO_SERVER);
        }
        try {
            Path path = Path.of(file).toAbsolutePath();
            Backup backup = backups.backUp(path);
            System.out.println(path + " has " + words(backup) + ", " + backup.bytes() + " bytes");
            return null;
        } catch (InvalidPathException | IOException e) {
            throw QuestionException.invalid(e.getMessage());
        }
    }

    static String words(Backup backup) {
        return backup.objects() + (backup.objects() == 1 ? " object" : " objects") + " as of revision "
                + backup.revision();
    }
}

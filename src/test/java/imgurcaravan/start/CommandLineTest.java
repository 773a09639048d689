package imgurcaravan.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import imgurcaravan.run.SettingsException;
import imgurcaravan.start.CommandLine.Command;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @Test
    void pollsByDefault() {
        CommandLine commandLine = CommandLine.parse();

        assertThat(commandLine.demo()).isFalse();
        assertThat(commandLine.command()).isEqualTo(Command.RUN);
        assertThat(commandLine.reason()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            requeue                              |
            requeue,--reason,removed             | removed
            requeue,--reason=the server sent | the server sent
            --reason,removed,requeue             | removed
            requeue,--reason,--reason            | --reason
            """)
    void requeuesForAReason(String args, String reason) {
        CommandLine commandLine = CommandLine.parse(args.split(","));

        assertThat(commandLine.command()).isEqualTo(Command.REQUEUE);
        assertThat(commandLine.reason().orElse(null)).isEqualTo(reason);
        assertThat(commandLine.demo()).isFalse();
    }

    @Test
    void requeuesInTheDemoToo() {
        CommandLine commandLine = CommandLine.parse("demo", "requeue");

        assertThat(commandLine.command()).isEqualTo(Command.REQUEUE);
        assertThat(commandLine.demo()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--reason",
                "--reason,x",
                "--reason=x",
                "requeue,--reason",
                "requeue,--reason=",
                "again",
                "-r",
                "--json",
                "requeue,--json"
            })
    void refusesWhatItDoesNotKnow(String args) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> CommandLine.parse(args.split(",")))
                .withMessageMatching(
                        ".*(there is demo, failed \\[--reason text] \\[--json], requeue|(--reason|--json) needs the command).*");
    }

    @Test
    void listsWhatFailed() {
        CommandLine commandLine = CommandLine.parse("failed", "--json", "--reason", "removed", "-Dimgur.queue=redis");

        assertThat(commandLine.command()).isEqualTo(Command.FAILED);
        assertThat(commandLine.json()).isTrue();
        assertThat(commandLine.reason()).contains("removed");
        assertThat(commandLine.properties()).containsOnly(Map.entry("imgur.queue", "redis"));
    }
}

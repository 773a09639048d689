package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import imgurcaravan.run.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @Test
    void asksForNothingByItself() {
        CommandLine commandLine = CommandLine.parse();

        assertThat(commandLine.profile()).isEmpty();
        assertThat(commandLine.requeue()).isFalse();
        assertThat(commandLine.reason()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            requeue                              |
            requeue,--reason,removed             | removed
            requeue,--reason=the server answered | the server answered
            --reason,removed,requeue             | removed
            requeue,--reason,--reason            | --reason
            """)
    void requeuesForAReason(String args, String reason) {
        CommandLine commandLine = CommandLine.parse(args.split(","));

        assertThat(commandLine.requeue()).isTrue();
        assertThat(commandLine.reason().orElse(null)).isEqualTo(reason);
        assertThat(commandLine.profile()).isEmpty();
    }

    @Test
    void requeuesInTheDemoToo() {
        CommandLine commandLine = CommandLine.parse("demo", "requeue");

        assertThat(commandLine.requeue()).isTrue();
        assertThat(commandLine.profile()).contains("demo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--reason", "--reason,x", "--reason=x", "requeue,--reason", "requeue,--reason=", "again", "-r"})
    void refusesWhatItDoesNotKnow(String args) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> CommandLine.parse(args.split(",")))
                .withMessageMatching(".*(there is demo, requeue \\[--reason text]|--reason needs the command).*");
    }
}

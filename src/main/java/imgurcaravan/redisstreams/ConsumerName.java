package imgurcaravan.redisstreams;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** The name of a consumer within its group, different in every process. */
final class ConsumerName {

    private ConsumerName() {}

    static String of(String chosen) {
        if (chosen != null && !chosen.isBlank()) {
            return chosen;
        }
        return host()
                + '-'
                + ProcessHandle.current().pid()
                + '-'
                + UUID.randomUUID().toString().substring(0, 8);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "");
        } catch (UnknownHostException e) {
            // The process id and the random text make the name differ all the same.
            return "host";
        }
    }
}

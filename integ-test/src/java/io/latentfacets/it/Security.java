/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A configuration of the security plugin: TLS between nodes and for clients with certificates of its own, system
 * indices protected, and internal users instead of the plugin's demo users. All users have the same password, which is
 * new in every run.
 */
final class Security {
    static final String ADMIN = "admin";
    private static final String STORE_PASSWORD = "changeit";
    private static final String DN = "O=latent-facets";
    private static final List<String> UNCHANGED =
            List.of("action_groups.yml", "allowlist.yml", "audit.yml", "config.yml", "nodes_dn.yml", "tenants.yml");

    private final Path home;
    private final Path conf;
    private final String password = UUID.randomUUID().toString();
    private SSLContext tls;

    /**
     * A configuration that is not written yet.
     *
     * @param home a server with the security plugin
     * @param conf a directory for the files, which replaces any former content
     */
    Security(Path home, Path conf) {
        this.home = home;
        this.conf = conf.toAbsolutePath();
    }

    /**
     * A configuration for a server that is assembled if need be.
     *
     * @param name the name of the cluster
     */
    static Security of(String name) throws IOException, InterruptedException {
        Path home = ServerHome.withSecurity(System.getProperty("latent.security.version", "3.4.0"));
        return new Security(home, Path.of(System.getProperty("latent.integ.dir", "target/integ"), name + "-conf"));
    }

    /**
     * Writes the configuration and gives it to a cluster. The cluster's own client is the user {@link #ADMIN}, who may
     * do everything.
     *
     * @param roles definitions of roles, in the format of roles.yml
     * @param users the names of the users, each with the names of its roles
     */
    TestCluster.Builder secure(TestCluster.Builder cluster, String roles, Map<String, List<String>> users)
            throws IOException, InterruptedException, GeneralSecurityException {
        ServerNode.delete(conf);
        Files.createDirectories(conf.resolve("opensearch-security"));
        certify();
        write(roles, users);
        for (String layer : List.of("transport", "http")) {
            String prefix = "plugins.security.ssl." + layer + ".";
            cluster.setting(prefix + "keystore_type", "PKCS12")
                    .setting(prefix + "keystore_filepath", "node.p12")
                    .setting(prefix + "keystore_alias", "node")
                    .setting(prefix + "keystore_password", STORE_PASSWORD)
                    .setting(prefix + "truststore_type", "PKCS12")
                    .setting(prefix + "truststore_filepath", "trust.p12")
                    .setting(prefix + "truststore_password", STORE_PASSWORD);
        }
        return cluster.home(home)
                .configuration(conf)
                .access(Access.secured(tls, authorization(ADMIN)))
                .setting("plugins.security.ssl.http.enabled", "true")
                .setting("plugins.security.nodes_dn", "['CN=node," + DN + "']")
                .setting("plugins.security.authcz.admin_dn", "['CN=nobody," + DN + "']")
                .setting("plugins.security.allow_default_init_securityindex", "true")
                .setting("plugins.security.system_indices.enabled", "true")
                .setting("plugins.security.audit.type", "noop");
    }

    /** The value of the header {@code Authorization} for a user. */
    String authorization(String user) {
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    /**
     * A certificate authority, a certificate of the nodes by it, and a store from which its certificates are trusted.
     */
    private void certify() throws IOException, InterruptedException, GeneralSecurityException {
        keytool("node.p12", "-genkeypair", "-alias", "ca", "-dname", "CN=ca," + DN, "-keyalg", "RSA", "-ext", "bc:c");
        keytool(
                "node.p12",
                "-genkeypair",
                "-alias",
                "node",
                "-dname",
                "CN=node," + DN,
                "-keyalg",
                "RSA",
                "-signer",
                "ca",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-ext",
                "eku=serverAuth,clientAuth");
        keytool("node.p12", "-exportcert", "-alias", "ca", "-file", "ca.crt");
        keytool("trust.p12", "-importcert", "-noprompt", "-alias", "ca", "-file", "ca.crt");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(conf.resolve("trust.p12"))) {
            trusted.load(in, STORE_PASSWORD.toCharArray());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store, "-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        Process process = new ProcessBuilder(command)
                .directory(conf.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + output);
        }
    }

    private void write(String roles, Map<String, List<String>> users) throws IOException {
        Path files = conf.resolve("opensearch-security");
        for (String file : UNCHANGED) {
            Files.copy(home.resolve("config/opensearch-security").resolve(file), files.resolve(file));
        }
        Files.writeString(files.resolve("roles.yml"), meta("roles") + roles);
        String hash = hash();
        StringBuilder accounts = new StringBuilder(meta("internalusers"));
        accounts.append(account(ADMIN, hash, List.of("all_access")));
        users.forEach((user, held) -> accounts.append(account(user, hash, held)));
        Files.writeString(files.resolve("internal_users.yml"), accounts);
        Files.writeString(files.resolve("roles_mapping.yml"), meta("rolesmapping"));
    }

    private static String meta(String type) {
        return "_meta:\n  type: \"" + type + "\"\n  config_version: 2\n\n";
    }

    private static String account(String user, String hash, List<String> roles) {
        return user + ":\n  hash: \"" + hash + "\"\n  opendistro_security_roles: "
                + roles.stream().map(role -> '"' + role + '"').collect(Collectors.joining(", ", "[", "]")) + "\n";
    }

    /** The bcrypt hash of the password, by the library that the security plugin has in its directory. */
    private String hash() throws IOException {
        List<URL> jars = new ArrayList<>();
        jars.addAll(jars(home.resolve("plugins/opensearch-security"), ""));
        // the library logs through the server's log4j
        jars.addAll(jars(home.resolve("lib"), "log4j-api-"));
        try (URLClassLoader plugin =
                new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> function = plugin.loadClass("com.password4j.BcryptFunction");
            Object bcrypt = function.getMethod("getInstance", int.class).invoke(null, 4);
            Object hash = function.getMethod("hash", CharSequence.class).invoke(bcrypt, password);
            return (String) hash.getClass().getMethod("getResult").invoke(hash);
        } catch (ReflectiveOperationException e) {
            throw new IOException("cannot hash a password with the security plugin's library", e);
        }
    }

    private static List<URL> jars(Path directory, String prefix) throws IOException {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(prefix) && name.endsWith(".jar")) {
                    jars.add(file.toUri().toURL());
                }
            }
        }
        return jars;
    }
}

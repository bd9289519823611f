using KenshinOtp.Support.Processes;

namespace KenshinOtp.Support.Mail;

/// <summary>
/// The folder of one throw-away Postfix. It takes any local part of the test domains into one maildir and has no way to
/// send anything anywhere: no transport but <c>virtual</c> and those that return or keep a mail exists in its <c>master.cf</c>.
/// </summary>
internal static class PostfixFiles
{
    private const string Nobody = "65534";

    public static string MailDirectory(string root) => Path.Combine(root, "mail", "all", "new");

    public static string LogFile(string root) => Path.Combine(root, "log", "postfix.log");

    public static string ConfigDirectory(string root) => Path.Combine(root, "etc");

    public static string CertificateFile(string root) => Path.Combine(ConfigDirectory(root), "certificate.pem");

    private static string KeyFile(string root) => Path.Combine(ConfigDirectory(root), "key.pem");

    /// <param name="root">The folder.</param>
    /// <param name="port">The port for connections that begin in the clear.</param>
    /// <param name="tls">With a certificate, encryption is offered there, and taken for granted at a second port.</param>
    /// <param name="ct">Ends the preparations.</param>
    public static async Task Write(string root, int port, (ServerCertificate Certificate, int Port)? tls, CancellationToken ct)
    {
        await MakeDirectories("root", "755", ["", "etc", "log", "queue", "queue/pid"]);
        await MakeDirectories("postfix", "700", ["data", .. QueueDirectories]);
        await MakeDirectories(Nobody, "700", ["mail"]);

        await WriteOld("main.cf", MainCf(root) + (tls is null ? "" : MainTls(root)));
        await WriteOld("master.cf", MasterCf(port) + (tls is { Port: var tlsPort } ? MasterTls(tlsPort) : ""));
        await WriteOld("recipients", Recipients);
        await WriteOld("texts", Texts);
        await WriteOld("transport", Transport);
        if (tls is { Certificate: var certificate })
        {
            await File.WriteAllTextAsync(CertificateFile(root), certificate.CertificatePem, ct);
            await File.WriteAllTextAsync(KeyFile(root), certificate.KeyPem, ct);
        }

        Task MakeDirectories(string owner, string mode, IEnumerable<string> names) =>
            Command.Output("install", ["-d", "-o", owner, "-m", mode, .. names.Select(name => Path.Combine(root, name))], "", ct);

        // Postfix waits 0.3 s at every start of a daemon for a main.cf that was written a moment ago.
        async Task WriteOld(string name, string text)
        {
            var path = Path.Combine(ConfigDirectory(root), name);
            await File.WriteAllTextAsync(path, text, ct);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        }
    }

    private static readonly string[] QueueDirectories =
    [
        "queue/active", "queue/bounce", "queue/corrupt", "queue/defer", "queue/deferred", "queue/flush", "queue/hold",
        "queue/incoming", "queue/maildrop", "queue/private", "queue/public", "queue/saved", "queue/trace",
    ];

    private static string MainCf(string root) => $"""
        compatibility_level = 3.6
        queue_directory = {root}/queue
        data_directory = {root}/data
        command_directory = /usr/sbin
        daemon_directory = {PostfixServer.DaemonDirectory}
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file = {LogFile(root)}
        maillog_file_prefixes = {root}

        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mail.kenshin.example
        mydomain = kenshin.example
        myorigin = kenshin.example
        mynetworks = 127.0.0.1/32
        mydestination =
        relay_domains =
        relayhost =
        alias_maps =

        virtual_mailbox_domains = {string.Join(", ", PostfixServer.Domains)}
        virtual_mailbox_maps = static:all/
        virtual_mailbox_base = {root}/mail
        virtual_mailbox_limit = 0
        virtual_uid_maps = static:{Nobody}
        virtual_gid_maps = static:{Nobody}

        # Nothing leaves this machine, even by mistake.
        default_transport = error:this server delivers nothing elsewhere
        relay_transport = error:this server relays nothing
        disable_dns_lookups = yes
        smtpd_peername_lookup = no
        smtpd_relay_restrictions = reject_unauth_destination
        smtpd_recipient_restrictions = reject_unauth_destination, check_recipient_access regexp:{ConfigDirectory(root)}/recipients
        smtpd_data_restrictions = check_recipient_access regexp:{ConfigDirectory(root)}/texts

        # Many servers answer in several lines.
        smtpd_reject_footer = Ask the postmaster.

        # A relay that has taken a mail before it learns that there is no such phone.
        transport_maps = regexp:{ConfigDirectory(root)}/transport

        # Addresses as phones have them: a leading hyphen, and no meaning in !, % and +.
        allow_min_user = yes
        swap_bangpath = no
        allow_percent_hack = no
        recipient_delimiter =
        append_dot_mydomain = no

        # A test may fail often and fast.
        smtpd_error_sleep_time = 0
        smtpd_soft_error_limit = 1000
        smtpd_hard_error_limit = 1000
        smtpd_client_connection_count_limit = 0
        in_flow_delay = 0

        """;

    private static string MasterCf(int port) => $"""
        127.0.0.1:{port} inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        error unix - - n - - error
        retry unix - - n - - error
        gone unix - n n - - pipe user=nobody argv=/bin/sh -c {"{exit 67}"}
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd

        """;

    private static string MainTls(string root) => $"""
        smtpd_tls_security_level = may
        smtpd_tls_cert_file = {CertificateFile(root)}
        smtpd_tls_key_file = {KeyFile(root)}
        tls_random_source = dev:/dev/urandom

        """;

    private static string MasterTls(int port) => $"""
        127.0.0.1:{port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
        tlsmgr unix - - n 1000? 1 tlsmgr

        """;

    private const string Recipients = """
        /^"?refused/ 550 5.1.1 User unknown
        /^"?later/ 450 4.2.1 Mailbox busy

        """;

    private const string Texts = """
        /^"?unwanted/ 554 5.7.1 No such mail here

        """;

    // To a command that knows no such user (EX_NOUSER). The service "error" would have Postfix refuse such an address during the conversation.
    private const string Transport = """
        /^"?bounced/ gone:

        """;
}

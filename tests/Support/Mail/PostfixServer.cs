using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Support.Mail;

/// <summary>
/// A real, throw-away Postfix on the loopback interface, for one test class. It reads addresses as carriers' servers do, which no
/// fake would prove. Needs root, as Postfix does.
/// </summary>
/// <remarks>
/// Any local part at one of the <see cref="Domains"/> is delivered, except <c>refused…</c>, refused for good (550),
/// <c>unwanted…</c>, refused for good once its text is to come (554), <c>later…</c>, refused for now (450), and <c>bounced…</c>, taken and then returned to the
/// sender; any other domain is refused (554). Refusals have two lines.
/// </remarks>
public sealed class PostfixServer : IAsyncDisposable
{
    internal const string DaemonDirectory = "/usr/lib/postfix/sbin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    // Should the test run die without disposing, the server ends by itself.
    private const string LongestLifeSeconds = "3600";

    private readonly string root;
    private readonly ConcurrentDictionary<string, ReceivedMail> read = new(StringComparer.Ordinal);
    private ChildProcess? master;

    private PostfixServer(string root, int port)
    {
        this.root = root;
        Port = port;
    }

    /// <summary>The domains whose mail is delivered.</summary>
    public static IReadOnlyList<string> Domains { get; } =
        ["docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "example.jp", "kenshin.example"];

    /// <summary>The SMTP port on 127.0.0.1: plain, without authentication. It stays the same across stops.</summary>
    public int Port { get; }

    /// <summary>The port on 127.0.0.1 where TLS begins with the first byte; only of a server with a certificate.</summary>
    public int TlsPort { get; private init; }

    /// <summary>The certificate for clients to trust; only of a server that has one.</summary>
    public string CertificateFile => PostfixFiles.CertificateFile(root);

    /// <summary>What Postfix logged so far.</summary>
    public string Log => File.Exists(PostfixFiles.LogFile(root)) ? File.ReadAllText(PostfixFiles.LogFile(root)) : "";

    public static Task<PostfixServer> Start(CancellationToken ct) => Start(certificate: null, ct);

    /// <summary>A server that also encrypts, if it is given a certificate.</summary>
    public static async Task<PostfixServer> Start(ServerCertificate? certificate, CancellationToken ct)
    {
        var server = new PostfixServer(Directory.CreateTempSubdirectory("kenshin-postfix-").FullName, FreePort.Next()) { TlsPort = certificate is null ? 0 : FreePort.Next() };
        try
        {
            await PostfixFiles.Write(server.root, server.Port, certificate is null ? null : (certificate, server.TlsPort), ct);
            await server.Launch(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server: connections to its port are refused until <see cref="Restart"/>. Mail received so far stays readable.</summary>
    public async Task Stop()
    {
        if (master is null)
            return;

        // The master process passes the signal on to the process group it leads: its own daemons and nobody else.
        await master.Terminate(Patience);
        await master.DisposeAsync();
        master = null;
    }

    /// <summary>Starts the server again on the same port, or ends and starts it if it runs.</summary>
    public async Task Restart()
    {
        await Stop();
        await Launch(CancellationToken.None);
    }

    /// <summary>All mail delivered so far, oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Mails()
    {
        var directory = new DirectoryInfo(PostfixFiles.MailDirectory(root));
        if (!directory.Exists)
            return [];

        return
        [
            .. directory.GetFiles()
                .OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => read.GetOrAdd(file.FullName, path => ReceivedMail.Parse(File.ReadAllBytes(path)))),
        ];
    }

    /// <summary>The first mail, already delivered or still to come, that is wanted.</summary>
    /// <exception cref="TimeoutException">It did not come; the message says what did, and what Postfix logged.</exception>
    public async Task<ReceivedMail> WaitFor(Predicate<ReceivedMail> wanted, TimeSpan timeout)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (Mails().FirstOrDefault(mail => wanted(mail)) is { } found)
                return found;
            if (clock.Elapsed > timeout)
                throw new TimeoutException($"The mail did not come within {timeout}. {Describe()}");
            await Task.Delay(Poll);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(root, recursive: true);
    }

    private async Task Launch(CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("Postfix starts as root only.");

        master = ChildProcess.Start(
            Path.Combine(DaemonDirectory, "master"),
            ["-c", PostfixFiles.ConfigDirectory(root), "-e", LongestLifeSeconds]);
        var clock = Stopwatch.StartNew();
        while (!await Answers(ct))
        {
            if (master.HasExited || clock.Elapsed > Patience)
                throw new InvalidOperationException($"Postfix did not start. {Describe()}");
            await Task.Delay(Poll, ct);
        }
    }

    private async Task<bool> Answers(CancellationToken ct)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, ct);
            using var reader = new StreamReader(client.GetStream());
            var greeted = await reader.ReadLineAsync(ct) is ['2', '2', '0', ..];
            await client.GetStream().WriteAsync("QUIT\r\n"u8.ToArray(), ct);
            return greeted;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private string Describe() =>
        $"Delivered to: {string.Join(", ", Mails().Select(mail => mail.EnvelopeTo))}\n{master?.Output}\n{Log}";
}

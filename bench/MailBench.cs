using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Security;

namespace KenshinOtp.Bench;

/// <summary>The mail job beside Postfix's <c>smtp-source</c>: as many mails of the same length, over as many connections, to the same <c>smtp-sink</c>.</summary>
internal static class MailBench
{
    private const int Tokens = 100, LineOfBase64 = 57;

    public static async Task Run(string engine, string? connection, int connections, int mails, int rounds)
    {
        var port = Servers.FreePort();
        using var sink = await StartSink(port);
        try
        {
            await using var place = await Workplace.Create(engine, connection);
            await using var services = place.Services(
                ("Mail__Transport", "smtp"), ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", $"{port}"), ("Mail__Lanes", $"{connections}"));
            await BenchTokens.Make(services, Tokens);
            var (ours, kept, opened) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                var length = await Queue(services, mails);
                ours.Add(mails / await Deliver(services, mails));
                kept.Add(mails / await Source(port, connections, mails, length, "-d"));
                opened.Add(mails / await Source(port, connections, mails, length));
            }

            Console.WriteLine(
                $"{engine}, {connections} connections: {Median.Of(ours):0} mails/s; smtp-source {Median.Of(kept):0}/s over connections that are kept: ratio {Median.Of(ours) / Median.Of(kept):0.00}; "
                + $"{Median.Of(opened):0}/s with a connection for each mail: ratio {Median.Of(ours) / Median.Of(opened):0.00}");
        }
        finally
        {
            sink.Kill();
            await sink.WaitForExitAsync();
        }
    }

    /// <returns>The length of a mail's text on the wire.</returns>
    private static async Task<int> Queue(IServiceProvider centre, int count)
    {
        var (database, outbox, now) = (centre.GetRequiredService<Database>(), centre.GetRequiredService<OutboxStore>(), DateTimeOffset.UtcNow);
        await using var tx = await database.Begin(CancellationToken.None);
        var institution = (await centre.GetRequiredService<InstitutionStore>().All(tx, CancellationToken.None))[0];
        var tokens = await tx.List<string>("select id from token", args: null, CancellationToken.None);
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            var to = MobileEmail.TryParse($"user{i}@docomo.ne.jp", out var address) ? address : throw new FormatException("Not an address.");
            var mail = centre.GetRequiredService<Mails>().Download(institution, tokens[i % tokens.Count], to, BearerCode.Random(16), now.AddDays(1));
            length = Wire(mail.Body);
            await outbox.Insert(tx, mail, now, CancellationToken.None);
        }

        await tx.Commit(count, CancellationToken.None);
        return length;
    }

    private static async Task<double> Deliver(IServiceProvider centre, int mails)
    {
        var job = centre.GetRequiredService<DeliverMailJob>();
        var begin = Stopwatch.GetTimestamp();
        var sent = await job.RunOnce(CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return sent == mails ? seconds : throw new InvalidOperationException($"{sent} of {mails} mails were sent.");
    }

    private static async Task<double> Source(int port, int connections, int mails, int length, params string[] more)
    {
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("smtp-source",
        [
            .. more, "-4", "-s", $"{connections}", "-m", $"{mails}", "-l", length.ToString(CultureInfo.InvariantCulture), $"127.0.0.1:{port}",
        ]))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(begin).TotalSeconds : throw new InvalidOperationException("smtp-source failed.");
    }

    private static async Task<Process> StartSink(int port)
    {
        string[] user = Environment.UserName == "root" ? ["-u", "nobody"] : []; // it does not run as root
        var sink = Process.Start(new ProcessStartInfo("smtp-sink", [.. user, $"127.0.0.1:{port}", "1024"]))!;
        for (var tries = 0; tries < 200; tries++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", port);
                return sink;
            }
            catch (SocketException) when (!sink.HasExited)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException("smtp-sink did not start.");
    }

    /// <summary>Base64, in lines with CRLF.</summary>
    private static int Wire(string body)
    {
        var bytes = Encoding.UTF8.GetByteCount(body);
        return ((bytes + 2) / 3 * 4) + (2 * ((bytes + LineOfBase64 - 1) / LineOfBase64));
    }
}

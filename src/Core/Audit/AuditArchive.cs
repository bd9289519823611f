using System.Globalization;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Text;

namespace KenshinOtp.Audit;

/// <summary>What was archived.</summary>
/// <param name="Entries">How many entries.</param>
/// <param name="File">Where to; null where there was nothing to archive.</param>
/// <param name="Sha256">Of the file without its last line; null likewise.</param>
public sealed record Archived(long Entries, string? File, string? Sha256);

/// <summary>
/// Moves old entries into a signed file. Out of a trail that verifies as a whole: what is taken from a broken one takes the evidence along. First the file: written
/// under another name, on the disk, read back and proven. Only then are the entries removed, in small turns, each with the new base of its chain: after a crash at
/// any moment everything verifies, and the command may be given again.
/// </summary>
public sealed class AuditArchive(
    Database database, AuditStore entries, AuditBases bases, AuditMac macs, AuditVerifier trail, ArchiveVerifier archives, AuditThinning thinning,
    Journal journal, TimeProvider time)
{
    /// <summary>What is asked for day by day stays in the table.</summary>
    public const int YoungestDays = 30;

    private const int PageSize = 1000;

    /// <param name="before">The day in Japan; entries from before its midnight go.</param>
    /// <param name="output">The file to write; null for a name that tells date and time.</param>
    /// <param name="progress">Told from time to time: done, to be done; for each of the four parts of the work.</param>
    /// <param name="ct">Ends the work, at any time without harm.</param>
    /// <exception cref="IOException">The file is there already, or cannot be written.</exception>
    public async Task<Result<Archived>> Archive(DateOnly before, string? output, Action<string, long, long> progress, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var cutoff = Japan.Midnight(before);
        if (cutoff > now.AddDays(-YoungestDays))
            return Problem.Invalid("before", $"before must be a day {YoungestDays} days ago or earlier.");

        var path = Path.GetFullPath(output ?? string.Create(CultureInfo.InvariantCulture, $"audit-before-{before:yyyyMMdd}-{now:yyyyMMdd'T'HHmmss'Z'}.jsonl"));
        if (File.Exists(path))
            return Problem.Conflict("file_exists", $"{path} exists already; an archive is never overwritten.");
        if ((await trail.Verify(institutionId: null, (done, total) => progress("verifying", done, total), ct)).Fault is { } broken)
            return Broken(broken);
        var draft = path + ".part";
        var (sha256, count, fault) = await Prove(draft, now, cutoff, progress, ct);
        if (fault is not null || count == 0)
        {
            File.Delete(draft);
            return fault is null ? new Archived(0, File: null, Sha256: null) : Broken(fault);
        }

        File.Move(draft, path, overwrite: false);
        DirectorySync.Keep(path); // before what it holds is removed from the database
        await Note(before, count, sha256, now, ct);
        return await thinning.Remove(path, cutoff, (done) => progress("removing", done, count), ct) is { } meanwhile
            ? Problem.Conflict("audit_broken", $"{count} entries were moved to {path}; by then the trail did not verify any more, and its seals stay. {meanwhile}")
            : new Archived(count, path, sha256);
    }

    private static Problem Broken(AuditFault fault) => Problem.Conflict("audit_broken", $"Nothing was archived: the trail does not verify. {fault}");

    /// <summary>Writes the draft and reads it back. Whatever stops it, no draft is left lying about: it holds the trail.</summary>
    private async Task<(string Sha256, long Count, AuditFault? Fault)> Prove(
        string draft, DateTimeOffset now, DateTimeOffset cutoff, Action<string, long, long> progress, CancellationToken ct)
    {
        try
        {
            var (sha256, count, fault) = await Write(draft, now, cutoff, (done, total) => progress("writing", done, total), ct);
            fault ??= count == 0 ? null : (await archives.Verify(draft, (done, total) => progress("reading back", done, total), ct)).Fault;
            return (sha256, count, fault);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    private async Task<(string Sha256, long Count, AuditFault? Fault)> Write(
        string draft, DateTimeOffset now, DateTimeOffset cutoff, Action<long, long> progress, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(draft, options);
        using var writer = new ArchiveWriter(file, macs);
        await writer.Write(new() { Header = new(ArchiveFile.Version, now, cutoff) }, ct);

        await using var session = await database.Read(ct);
        var total = await entries.Count(session, institutionId: null, ct);
        string? chain = null;
        while ((chain = await entries.NextChain(session, chain, ct)) is not null)
        {
            if (await WriteChain(writer, session, chain, cutoff, ct) is { } fault)
                return ("", writer.Entries, fault);
            progress(writer.Entries, total);
        }

        var sha256 = await writer.Close(ct);
        await file.FlushAsync(ct);
        file.Flush(flushToDisk: true);
        return (sha256, writer.Entries, Fault: null);
    }

    /// <summary>The beginning of a chain up to the first entry that stays, each entry proven on the way.</summary>
    private async Task<AuditFault?> WriteChain(ArchiveWriter writer, Session session, string chain, DateTimeOffset cutoff, CancellationToken ct)
    {
        if (await bases.Find(session, chain, ct) is not { } begin)
            return new(AuditFaultKind.BaseForged, chain, 0, "where the chain begins after archiving was forged.");
        var check = new ChainCheck(macs, chain, begin);
        IReadOnlyList<AuditRow> page;
        do
        {
            page = await entries.Page(session, chain, check.End.Position, PageSize, ct);
            foreach (var row in page)
            {
                if (row.OccurredAt >= cutoff.ToRow())
                    return null;
                if (check.Add(row) is { } fault)
                    return fault;
                if (row.Position == begin.Position + 1)
                    await writer.Write(new() { Chain = new(chain, begin.Position, begin.Mac) }, ct);
                await writer.Write(new() { Entry = row }, ct);
            }
        }
        while (page.Count == PageSize);

        return null;
    }

    private async Task Note(DateOnly before, long count, string sha256, DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        await journal.Write(tx, new Entry("audit.archived", Actor.Operator, InstitutionId: "")
        {
            Detail = string.Create(CultureInfo.InvariantCulture, $"before={before:yyyy-MM-dd} entries={count} sha256={sha256}"),
        }, now, ct);
        await tx.Commit(ct);
    }
}

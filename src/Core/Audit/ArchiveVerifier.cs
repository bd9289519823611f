using System.Security.Cryptography;
using KenshinOtp.Security;

namespace KenshinOtp.Audit;

/// <summary>Proves that an archive is as it was written: every entry follows the one before, and the trailer signs the whole file.</summary>
public sealed class ArchiveVerifier(AuditMac macs)
{
    /// <param name="path">The file.</param>
    /// <param name="progress">Told from time to time: bytes checked, bytes to be checked.</param>
    /// <param name="ct">Ends the verification.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<AuditReport> Verify(string path, Action<long, long> progress, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var run = new Run();
        AuditFault? fault;
        try
        {
            fault = await Read(file, run, progress, ct);
        }
        catch (InvalidDataException e)
        {
            fault = Broken(run, e.Message);
        }
        catch (KeyMissingException e)
        {
            fault = new(AuditFaultKind.KeyMissing, Chain: "", Position: 0, $"The end of the file cannot be judged: the master key {e.KeyId}, which it names, is missing from the key ring.");
        }

        return new(run.Entries, run.Chains, Seals: 0, fault);
    }

    private async Task<AuditFault?> Read(FileStream file, Run run, Action<long, long> progress, CancellationToken ct)
    {
        await foreach (var (bytes, line) in ArchiveFile.Read(file, ct))
        {
            if (Follow(line, run) is { } fault)
                return fault;
            if (line.Trailer is null)
                run.Hash.AppendData(bytes);
            if (run.Entries % 1000 == 0)
                progress(file.Position, file.Length);
        }

        progress(file.Length, file.Length);
        return run.Signed ? null : Broken(run, "The trailer is missing: the file was cut off.");
    }

    private AuditFault? Follow(ArchiveLine line, Run run)
    {
        if (run.Signed || run.Begun != line.Header is null)
            return Broken(run, "A line stands where none of its sort belongs.");
        switch (line)
        {
            case { Header.Version: ArchiveFile.Version }:
                run.Begun = true;
                return null;
            case { Chain: { } chain }:
                run.Check = new ChainCheck(macs, chain.Name, new(chain.After, chain.Mac));
                run.Chains++;
                return null;
            case { Entry: { } entry } when run.Check is not null:
                run.Entries++;
                return run.Check.Add(entry);
            case { Trailer: { } trailer }:
                run.Signed = trailer.Entries == run.Entries && trailer.Sha256 == Convert.ToHexStringLower(run.Hash.GetHashAndReset())
                    && macs.Fits(trailer.Mac, ArchiveTrailer.Content(trailer.Entries, trailer.Sha256));
                return run.Signed ? null : Broken(run, "The file was changed after it had been signed, or its key is not in the key ring.");
            default:
                return Broken(run, "The form of the file is not known to this version.");
        }
    }

    private static AuditFault Broken(Run run, string detail) =>
        new(AuditFaultKind.ArchiveBroken, Chain: "", Position: 0, $"{detail} Up to there {run.Entries} entries follow each other.");

    private sealed class Run : IDisposable
    {
        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        public ChainCheck? Check { get; set; }
        public long Entries { get; set; }
        public long Chains { get; set; }
        public bool Begun { get; set; }
        public bool Signed { get; set; }

        public void Dispose() => Hash.Dispose();
    }
}

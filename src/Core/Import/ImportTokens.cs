using System.Globalization;
using System.Text;
using System.Xml;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Import;

/// <param name="Caller">Whose stock it becomes.</param>
/// <param name="Format">The form of the file.</param>
/// <param name="Content">The file; it is read twice and must be seekable. The caller disposes it.</param>
/// <param name="Keys">What opens it, if it is encrypted.</param>
public sealed record ImportTokens(Caller Caller, ImportFormat Format, Stream Content, ImportKeys Keys)
{
    /// <summary>Whether it ends between two transactions once it is told to, and says how far it came. Otherwise nothing stops it from the first write on.</summary>
    public bool Stoppable { get; init; }
}

/// <param name="Line">Where the entry begins, from 1.</param>
/// <param name="Serial">Its serial number as written; null where what stands there cannot be one.</param>
/// <param name="Code">Why it was refused.</param>
public sealed record RejectedEntry(int Line, string? Serial, string Code);

/// <param name="Imported">Tokens that are new.</param>
/// <param name="Unchanged">Tokens that were there before, alike in everything.</param>
/// <param name="Rejected">The first refused entries, in the order of the file.</param>
/// <param name="RejectedCount">All refused entries.</param>
/// <param name="Truncated">Whether more were refused than are listed.</param>
public sealed record ImportResult(int Imported, int Unchanged, IReadOnlyList<RejectedEntry> Rejected, int RejectedCount, bool Truncated);

/// <param name="Importing">False while the file is only checked.</param>
/// <param name="Position">Bytes done of this round.</param>
/// <param name="Length">Bytes of the file.</param>
public readonly record struct ImportProgress(bool Importing, long Position, long Length);

/// <summary>
/// Takes a file of hardware tokens into an institution's stock. The file is read twice. The first time finds out everything that can be wrong with it as
/// a whole, without touching the database; the second time writes, some hundreds of tokens in a transaction, so that no verification waits for a whole
/// file. Only an operator, a power cut or a full disk can stop between two of them, and importing the file again then adds what is missing.
/// </summary>
public sealed class ImportTokensHandler(Database database, Changes changes, Races races, IWitness witness, TokenStock stock, TimeProvider time)
{
    private const int BatchSize = 500;

    public async Task<Result<ImportResult>> Handle(ImportTokens request, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        if (request.Content.Length > ImportFile.MaxBytes)
            return ImportFile.TooLarge;
        var now = time.GetUtcNow();
        try
        {
            Check(request, now, progress, ct);
            return await Take(request, now, progress, ct);
        }
        catch (OperationCanceledException) when (request.Stoppable && ct.IsCancellationRequested)
        {
            return Stopped(new Tally());
        }
        catch (ImportRefusedException refused)
        {
            return refused.Problem;
        }
        catch (XmlException e)
        {
            return ImportFile.Unreadable("this is not well-formed XML.", e.LineNumber);
        }
        catch (DecoderFallbackException)
        {
            return ImportFile.NotUtf8;
        }
    }

    private static void Check(ImportTokens request, DateTimeOffset now, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        var count = 0;
        foreach (var _ in Entries(request, now))
        {
            if (++count % BatchSize != 0)
                continue;
            ct.ThrowIfCancellationRequested();
            progress?.Report(new(Importing: false, request.Content.Position, request.Content.Length));
        }

        if (count == 0)
            throw new ImportRefusedException(ImportFile.Empty);
        progress?.Report(new(Importing: false, request.Content.Length, request.Content.Length));
    }

    /// <summary>From the first write on only an operator stops it: a caller that goes away must not leave half a file behind.</summary>
    private async Task<Result<ImportResult>> Take(ImportTokens request, DateTimeOffset now, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        var (tally, batch) = (new Tally(), new List<ImportEntry>(BatchSize));
        foreach (var entry in Entries(request, now))
        {
            if (batch.Count == BatchSize)
            {
                tally = await Store(database.Begin, request.Caller, batch, tally, counted => counted, now);
                batch.Clear();
                progress?.Report(new(Importing: true, request.Content.Position, request.Content.Length));
                if (request.Stoppable && ct.IsCancellationRequested)
                    return Stopped(tally);
            }

            batch.Add(entry);
        }

        // The last one commits the answer with it, which a repeated call is then given.
        var result = await Store(changes.Begin, request.Caller, batch, tally, counted => counted.ToResult(), now);
        progress?.Report(new(Importing: true, request.Content.Length, request.Content.Length));
        return result;
    }

    private static Problem Stopped(Tally tally)
    {
        var (imported, unchanged, _, rejected, _) = tally.ToResult();
        return Problem.Refused(
            "cancelled",
            string.Create(CultureInfo.InvariantCulture, $"Stopped before it was done: imported {imported}, unchanged {unchanged}, rejected {rejected} so far. ")
            + "What is imported stays. Import the same file again: what is there counts as unchanged, what is missing comes.");
    }

    /// <summary>Adds a batch; where another import adds the same tokens at this moment, it is counted anew after that one.</summary>
    private Task<T> Store<T>(
        Func<CancellationToken, Task<Tx>> begin, Caller caller, IReadOnlyList<ImportEntry> batch, Tally before, Func<Tally, T> outcome, DateTimeOffset now)
        where T : notnull => races.Run(async run =>
    {
        if (run > 1)
            witness.Undone();
        var tally = before.Copy();
        await using var tx = await begin(CancellationToken.None);
        await stock.Add(tx, caller, batch, tally, now, CancellationToken.None);
        return await tx.Commit(outcome(tally), CancellationToken.None);
    });

    /// <summary>The file's entries, judged. Of entries with one serial number the first that is good counts.</summary>
    private static IEnumerable<ImportEntry> Entries(ImportTokens request, DateTimeOffset now)
    {
        var (serials, count) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var raw in request.Format == ImportFormat.Csv ? CsvTokens.Read(request.Content) : PskcTokens.Read(request.Content, request.Keys))
        {
            if (++count > ImportFile.MaxEntries)
                throw new ImportRefusedException(ImportFile.TooLarge);
            var entry = ImportEntry.Judge(raw, now);
            yield return entry.Token is { } token && !serials.Add(token.Serial.Value) ? entry.Refuse("serial_duplicate") : entry;
        }
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace KenshinOtp.Audit;

/// <summary>A line of an archive: exactly one of these is there.</summary>
internal sealed record ArchiveLine
{
    public ArchiveHeader? Header { get; init; }
    public ArchiveChain? Chain { get; init; }
    public AuditRow? Entry { get; init; }
    public ArchiveTrailer? Trailer { get; init; }
}

/// <param name="Version">Of the form of the file: 1.</param>
/// <param name="Created">When it was written.</param>
/// <param name="Before">All entries in it are older.</param>
internal sealed record ArchiveHeader(int Version, DateTimeOffset Created, DateTimeOffset Before);

/// <summary>The entries that follow are of this chain.</summary>
/// <param name="Name">The chain.</param>
/// <param name="After">The position after which they follow; the rest is in earlier archives.</param>
/// <param name="Mac">Of the entry at that position; null at the chain's beginning.</param>
internal sealed record ArchiveChain(string Name, long After, string? Mac);

/// <param name="Entries">How many entries there are.</param>
/// <param name="Sha256">Of everything before this line.</param>
/// <param name="Mac">Over both.</param>
internal sealed record ArchiveTrailer(long Entries, string Sha256, string Mac)
{
    public static string?[] Content(long entries, string sha256) => ["archive", entries.ToString(System.Globalization.CultureInfo.InvariantCulture), sha256];
}

/// <summary>The form of an archive: JSON Lines in UTF-8, a header, entries chain by chain, and a trailer that signs the whole.</summary>
internal static class ArchiveFile
{
    public const int Version = 1;

    private const int LongestLine = 64 * 1024;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static byte[] Write(ArchiveLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, Form), (byte)'\n'];

    /// <summary>Line after line, each with its bytes as they are hashed.</summary>
    /// <exception cref="InvalidDataException">A line is longer than any that was written, is no such line, or the last one has no end.</exception>
    public static async IAsyncEnumerable<(byte[] Bytes, ArchiveLine Line)> Read(Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var result = await reader.ReadAsync(ct);
            var rest = result.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var bytes = rest.Slice(0, rest.GetPosition(1, end)).ToArray();
                rest = rest.Slice(rest.GetPosition(1, end));
                yield return (bytes, Parse(bytes));
            }

            if (rest.Length > LongestLine || (result.IsCompleted && !rest.IsEmpty))
                throw new InvalidDataException("The file is not an archive, or it was cut off.");
            if (result.IsCompleted)
                break;
            reader.AdvanceTo(rest.Start, rest.End);
        }

        await reader.CompleteAsync();
    }

    private static ArchiveLine Parse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<ArchiveLine>(bytes, Form) ?? throw new InvalidDataException("A line is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("A line is not one of an archive.", e);
        }
    }
}

/// <summary>Writes an archive, hashing as it goes.</summary>
internal sealed class ArchiveWriter(Stream file, AuditMac macs) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Entries { get; private set; }

    public async Task Write(ArchiveLine line, CancellationToken ct)
    {
        var bytes = ArchiveFile.Write(line);
        _hash.AppendData(bytes);
        await file.WriteAsync(bytes, ct);
        Entries += line.Entry is null ? 0 : 1;
    }

    /// <summary>Signs what was written.</summary>
    /// <returns>Its SHA-256.</returns>
    public async Task<string> Close(CancellationToken ct)
    {
        var sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        await file.WriteAsync(ArchiveFile.Write(new() { Trailer = new(Entries, sha256, macs.Sign(ArchiveTrailer.Content(Entries, sha256))) }), ct);
        return sha256;
    }

    public void Dispose() => _hash.Dispose();
}

using System.Globalization;
using KenshinOtp.Data;
using KenshinOtp.Tokens;

namespace KenshinOtp.Import;

/// <summary>The tokens that an institution already has, many at a time.</summary>
public sealed class ImportStore
{
    // How a list becomes parameters is the driver's own affair; so many numbered ones are the same text for every engine, prepared once.
    private const int SerialsAtOnce = 100;

    private const string SelectBySerials = TokenRow.Select + " where t.institution_id = @InstitutionId and t.serial in ";

    private static readonly string[] Names = [.. Enumerable.Range(0, SerialsAtOnce).Select(i => "Serial" + i.ToString(CultureInfo.InvariantCulture))];
    private static readonly string SelectChunk = $"{SelectBySerials}({string.Join(", ", Names.Select(name => "@" + name))})";

    /// <param name="session">Where to look.</param>
    /// <param name="institutionId">Whose tokens.</param>
    /// <param name="serials">Any number of them.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyDictionary<SerialNumber, Token>> BySerials(
        Session session, string institutionId, IReadOnlyCollection<SerialNumber> serials, CancellationToken ct)
    {
        var found = new Dictionary<SerialNumber, Token>(serials.Count);
        foreach (var chunk in serials.Chunk(SerialsAtOnce))
        {
            foreach (var row in await session.List<TokenRow>(SelectChunk, Parameters(institutionId, chunk), ct))
            {
                var token = row.ToDomain();
                found.Add(token.Serial, token);
            }
        }

        return found;
    }

    /// <summary>A chunk that is not full repeats its last serial number: the statement stays the same.</summary>
    private static Dictionary<string, object> Parameters(string institutionId, SerialNumber[] serials)
    {
        var parameters = new Dictionary<string, object>(StringComparer.Ordinal) { ["InstitutionId"] = institutionId };
        for (var i = 0; i < Names.Length; i++)
            parameters[Names[i]] = serials[Math.Min(i, serials.Length - 1)].Value;
        return parameters;
    }
}

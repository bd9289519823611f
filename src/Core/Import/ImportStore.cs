using KenshinOtp.Data;
using KenshinOtp.Tokens;

namespace KenshinOtp.Import;

/// <summary>The tokens that an institution already has, many at a time.</summary>
public sealed class ImportStore
{
    private const string SelectBySerials = TokenStore.Columns + " where institution_id = @InstitutionId and serial in @Serials";

    /// <param name="session">Where to look.</param>
    /// <param name="institutionId">Whose tokens.</param>
    /// <param name="serials">At most some hundreds: each is a parameter of the statement.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyDictionary<SerialNumber, Token>> BySerials(
        Session session, string institutionId, IReadOnlyCollection<SerialNumber> serials, CancellationToken ct)
    {
        var rows = await session.List<TokenRow>(
            SelectBySerials, new { InstitutionId = institutionId, Serials = serials.Select(serial => serial.Value).ToArray() }, ct);
        return rows.Select(row => row.ToDomain()).ToDictionary(token => token.Serial);
    }
}

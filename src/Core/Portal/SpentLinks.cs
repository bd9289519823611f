using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Security;

namespace KenshinOtp.Portal;

/// <summary>A link or session that opens nothing any more, and where its bearer came from.</summary>
/// <param name="Institution">The bank that had sent the visitor.</param>
/// <param name="ReturnUrl">The way back to it.</param>
/// <param name="Used">Whether the link was opened, rather than left until it was too old.</param>
public sealed record SpentLink(Institution Institution, Uri ReturnUrl, bool Used);

/// <summary>Shows the way back to the bank to whoever comes too late or leaves: the rest of a session stays hidden.</summary>
public sealed class SpentLinks(Database database, InstitutionStore institutions)
{
    private const string SelectByLink = "select institution_id, return_url, cookie_expires_at from portal_session where link_hash = @Hash";
    private const string SelectByCookie = "select institution_id, return_url, cookie_expires_at from portal_session where cookie_hash = @Hash";
    private const string SelectById = "select institution_id, return_url, cookie_expires_at from portal_session where id = @Id";

    /// <returns>Null if there never was such a link, or it is forgotten.</returns>
    public Task<SpentLink?> OfLink(BearerCode link, CancellationToken ct) => Find(SelectByLink, new { link.Hash }, ct);

    /// <returns>Null if there never was such a session, or it is forgotten.</returns>
    public Task<SpentLink?> OfSession(BearerCode cookie, CancellationToken ct) => Find(SelectByCookie, new { cookie.Hash }, ct);

    /// <param name="sessionId">As the pages of the visit name it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null if there never was such a visit, or it is forgotten.</returns>
    public Task<SpentLink?> OfVisit(string sessionId, CancellationToken ct) => Find(SelectById, new { Id = sessionId }, ct);

    private async Task<SpentLink?> Find(string sql, object key, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await session.Find<Row>(sql, key, ct) is { } row
            && await institutions.ById(session, row.InstitutionId, ct) is { } institution
            ? new(institution, new Uri(row.ReturnUrl), row.CookieExpiresAt is not null)
            : null;
    }

    private sealed class Row
    {
        public string InstitutionId { get; init; } = "";
        public string ReturnUrl { get; init; } = "";
        public long? CookieExpiresAt { get; init; }
    }
}

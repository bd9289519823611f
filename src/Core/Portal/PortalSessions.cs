using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Results;
using KenshinOtp.Security;

namespace KenshinOtp.Portal;

/// <summary>The hosted pages that a relying party can send its user to.</summary>
public enum PortalPage
{
    Issue,
    Confirm,
    Manage,
    Register,
    Exchange,
    Discontinue,
    Mode,
    Users,
}

/// <summary>A user on the hosted pages: sent there by the bank, known by the session's cookie.</summary>
public sealed record PortalVisit(string SessionId, Institution Institution, ServiceId ServiceId, UserId UserId, PortalPage Page, Uri ReturnUrl);

/// <summary>A single-use link to a hosted page.</summary>
/// <param name="Id">What the bank names when it ends the visit; it opens nothing.</param>
/// <param name="Url">The link.</param>
/// <param name="ExpiresAt">When the link, unless it is followed, dies.</param>
public sealed record PortalLink(string Id, string Url, DateTimeOffset ExpiresAt);

/// <summary>A link and its visit that are over.</summary>
/// <param name="Id">As in the answer to its opening.</param>
public sealed record PortalEnd(string Id);

/// <param name="Caller">On whose behalf.</param>
/// <param name="KeyId">The API key that asks: once it is revoked, the link and its visit are over.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">Who is sent.</param>
/// <param name="Page">Where to.</param>
/// <param name="ReturnUrl">The way back.</param>
public sealed record OpenPortalSession(Caller Caller, string KeyId, ServiceId ServiceId, UserId UserId, PortalPage Page, Uri ReturnUrl);

/// <summary>
/// Hosted pages without a second log-in: the bank, which knows its user, asks for a link; the link opens one session in one browser, once.
/// </summary>
public sealed class PortalSessions(Changes changes, Subjects subjects, InstitutionStore institutions, PublicUrls urls, TimeProvider time)
{
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan SessionLife = TimeSpan.FromMinutes(30);

    private const int CodeBytes = 16;
    private const string Discontinue = "stop"; // the column takes ten characters, except on SQLite

    private const string InsertRow =
        """
        insert into portal_session (id, institution_id, key_id, service_id, user_id, page, return_url, link_hash, link_expires_at, created_at)
        values (@Id, @InstitutionId, @KeyId, @ServiceId, @UserId, @Page, @ReturnUrl, @LinkHash, @LinkExpiresAt, @Now)
        """;

    private const string KeyStands = "not exists (select 1 from api_key k where k.id = portal_session.key_id and k.revoked_at is not null)";

    private const string RedeemRow =
        $"""
        update portal_session set cookie_hash = @CookieHash, cookie_expires_at = @CookieExpiresAt
        where link_hash = @LinkHash and cookie_hash is null and link_expires_at > @Now and {KeyStands}
        """;

    private const string SelectByCookie =
        $"""
        select id, institution_id, service_id, user_id, page, return_url from portal_session
        where cookie_hash = @CookieHash and cookie_expires_at > @Now and {KeyStands}
        """;

    private const string EndRow =
        "update portal_session set cookie_expires_at = @Now where id = @Id and cookie_hash = @CookieHash and cookie_expires_at > @Now";

    private const string EndOfBank =
        """
        update portal_session set link_expires_at = case when link_expires_at > @Now then @Now else link_expires_at end,
               cookie_expires_at = case when cookie_expires_at > @Now then @Now else cookie_expires_at end
        where id = @Id and institution_id = @InstitutionId
        """;

    private const string SelectOld = "select id from portal_session where created_at <= @Before order by created_at, id";
    private const string DeleteRow = "delete from portal_session where id = @Id";

    private static readonly Problem NoSession = Problem.NotFound("portal_session_not_found", "There is no such portal session, or it was over a day ago.");

    public async Task<Result<PortalLink>> Open(OpenPortalSession request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var tx = await changes.Begin(ct);
        var found = await subjects.Find(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out _, out var problem))
            return problem;

        var (id, code, expiresAt) = (Ids.New(now), BearerCode.Random(CodeBytes), now + LinkLife);
        await tx.Execute(InsertRow, new
        {
            Id = id,
            InstitutionId = request.Caller.Institution.Id,
            request.KeyId,
            ServiceId = request.ServiceId.Value,
            UserId = request.UserId.Value,
            Page = ToRow(request.Page),
            ReturnUrl = request.ReturnUrl.AbsoluteUri,
            LinkHash = code.Hash,
            LinkExpiresAt = expiresAt.ToRow(),
            Now = now.ToRow(),
        }, ct);
        return await tx.Commit(new PortalLink(id, urls.Portal(code), expiresAt), ct);
    }

    /// <returns>The cookie that stands for the session from now on, or null: the link is unknown, used or too old.</returns>
    public async Task<BearerCode?> Redeem(BearerCode link, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var cookie = BearerCode.Random(CodeBytes);
        await using var tx = await changes.Begin(ct);
        var redeemed = await tx.Execute(RedeemRow, new
        {
            LinkHash = link.Hash,
            CookieHash = cookie.Hash,
            CookieExpiresAt = (now + SessionLife).ToRow(),
            Now = now.ToRow(),
        }, ct);
        if (redeemed == 0)
            return null;
        return await tx.Commit(cookie, ct);
    }

    /// <returns>The visit, or null if the session has ended.</returns>
    public async Task<PortalVisit?> Find(BearerCode cookie, CancellationToken ct)
    {
        await using var session = await changes.Read(ct);
        if (await session.Find<Row>(SelectByCookie, new { CookieHash = cookie.Hash, Now = time.GetUtcNow().ToRow() }, ct) is not { } row
            || await institutions.ById(session, row.InstitutionId, ct) is not { } institution)
            return null;
        return row.ToDomain(institution);
    }

    /// <summary>Ends a visit before its time, so that nobody who finds the browser goes on with it.</summary>
    /// <param name="sessionId">The visit.</param>
    /// <param name="cookie">What the browser brought.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>False if the cookie stands for another visit, or the visit has ended already.</returns>
    public async Task<bool> End(string sessionId, BearerCode cookie, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var ended = await tx.Execute(EndRow, new { Id = sessionId, CookieHash = cookie.Hash, Now = time.GetUtcNow().ToRow() }, ct);
        return ended == 1 && await tx.Commit(true, ct);
    }

    /// <summary>Ends a link and its visit at the word of the bank that had asked for it: its user has logged out there. One that is over already stays so.</summary>
    public async Task<Result<PortalEnd>> End(Caller caller, string id, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var ended = await tx.Execute(EndOfBank, new { Id = id, InstitutionId = caller.Institution.Id, Now = time.GetUtcNow().ToRow() }, ct);
        return ended == 0 ? NoSession : await tx.Commit(new PortalEnd(id), ct);
    }

    /// <summary>Forgets some of the links and sessions made before an instant.</summary>
    /// <returns>How many: at most <paramref name="limit"/>.</returns>
    public static async Task<int> DeleteBefore(Tx tx, DateTimeOffset before, int limit, CancellationToken ct)
    {
        var old = await tx.List<string>(SelectOld + tx.Dialect.Limit(limit), new { Before = before.ToRow() }, ct);
        foreach (var id in old)
            await tx.Execute(DeleteRow, new { Id = id }, ct);
        return old.Count;
    }

    private static string ToRow(PortalPage page) => page == PortalPage.Discontinue ? Discontinue : page.ToRow();

    private static PortalPage FromRow(string page) => page == Discontinue ? PortalPage.Discontinue : EnumNames.Parse<PortalPage>(page);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string InstitutionId { get; init; } = "";
        public string ServiceId { get; init; } = "";
        public string UserId { get; init; } = "";
        public string Page { get; init; } = "";
        public string ReturnUrl { get; init; } = "";

        public PortalVisit ToDomain(Institution institution) =>
            Contracts.ServiceId.TryParse(ServiceId, out var serviceId) && Contracts.UserId.TryParse(UserId, out var userId)
                ? new(Id, institution, serviceId, userId, FromRow(Page), new Uri(ReturnUrl))
                : throw new FormatException("Not a user's IDs in a row.");
    }
}

using KenshinOtp.Api.Http;
using KenshinOtp.Events;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Portal;
using KenshinOtp.Results;

namespace KenshinOtp.Api.RelyingParty;

/// <summary>The policy as its owner reads it; the keys are those of the operator's command.</summary>
internal sealed record PolicyView(
    int Period, int Digits, string Algorithm, int DriftSteps, int LockAfter, int ActivationAttempts, int DownloadCodeHours, int TokenValidityDays,
    int RenewalWindowDays, int ReissueCooldownMinutes, int UnregisteredGraceDays, IReadOnlyList<string> Transactions, string SerialPrefix,
    bool RequireSealedDelivery, string MailFrom, string MailFromName, bool DualControl, string AccentColor)
{
    public static PolicyView Of(Policy policy) => new(
        policy.Period, policy.Digits, policy.Algorithm.WireName(), policy.DriftSteps, policy.LockAfter, policy.ActivationAttempts,
        policy.DownloadCodeHours, policy.TokenValidityDays, policy.RenewalWindowDays, policy.ReissueCooldownMinutes, policy.UnregisteredGraceDays,
        policy.Transactions, policy.SerialPrefix, policy.RequireSealedDelivery, policy.MailFrom, policy.MailFromName, policy.DualControl, policy.AccentColor);
}

internal static class InstitutionEndpoints
{
    private const int MaxUrlLength = 2000;

    public static void MapInstitution(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/policy", (ApiCaller api, HttpContext http) => Answer.Of(PolicyView.Of(api.Caller.Policy), http)).WithName("getPolicy")
            .WithTags("Institution").Produces<PolicyView>().WithSummary("The institution's policy");
        routes.MapGet("/events", Events).WithName("listEvents").WithTags("Institution").Produces<EventPage>().WithSummary("What happened, oldest first, without gaps");
        routes.MapPost("/portal-sessions", OpenPortal).WithName("openPortalSession").WithTags("Portal").Answers<PortalLink>(201)
            .WithSummary("A single-use link to a hosted page");
        routes.MapDelete("/portal-sessions/{id}", EndPortal).WithName("endPortalSession").WithTags("Portal").Produces<PortalEnd>()
            .WithSummary("The user has logged out of the bank: the link opens nothing any more, and the visit that it opened is over");
    }

    private static async Task<Answer> Events(string? after, string? limit, ApiCaller api, EventFeed feed, HttpContext http)
    {
        var errors = new FieldErrors();
        var position = errors.OptionalNumber("after", after, missing: 0, 0, long.MaxValue);
        var rows = (int)errors.OptionalNumber("limit", limit, missing: 100, 1, 1000);
        return errors.Any
            ? Answer.Of(errors.ToProblem())
            : (await feed.Read(api.Caller.Institution, position, rows, http.RequestAborted)).ToAnswer(http);
    }

    private static async Task<Answer> OpenPortal(PortalSessionRequest body, ApiCaller api, PortalSessions sessions, HttpContext http)
    {
        var errors = new FieldErrors();
        var (serviceId, userId) = (errors.ServiceId(body.ServiceId), errors.UserId(body.UserId));
        var page = errors.Choice<PortalPage>("page", body.Page);
        if (!TryParseReturnUrl(body.ReturnUrl, out var returnUrl))
            errors.Add("returnUrl", $"returnUrl must be an absolute https address (http is accepted for loopback only) of at most {MaxUrlLength} characters, without a user name.");
        return errors.Any
            ? Answer.Of(errors.ToProblem())
            : (await sessions.Open(new(api.Caller, api.KeyId, serviceId, userId, page, returnUrl), http.RequestAborted)).ToAnswer(http);
    }

    private static async Task<Answer> EndPortal(string id, ApiCaller api, PortalSessions sessions, HttpContext http) =>
        (await sessions.End(api.Caller, id, http.RequestAborted)).ToAnswer(http);

    private static bool TryParseReturnUrl(string? text, out Uri url)
    {
        url = null!;
        if (text is not { Length: <= MaxUrlLength } || text.Any(char.IsControl) || !Uri.TryCreate(text, UriKind.Absolute, out var parsed) || parsed.UserInfo.Length > 0
            || !(parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback)))
            return false;
        try
        {
            url = new UriBuilder(parsed) { Host = parsed.IdnHost }.Uri; // ASCII throughout, as the header takes it that brings the user back
        }
        catch (UriFormatException)
        {
            return false; // a name that has no ASCII form: too long, or with characters that no name may have
        }

        return url.AbsoluteUri.Length <= MaxUrlLength;
    }
}

using KenshinOtp.Activation;
using KenshinOtp.Api.Http;
using KenshinOtp.Data;
using KenshinOtp.Issuance;
using KenshinOtp.Receipts;
using KenshinOtp.Registration;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Api.RelyingParty;

internal static class TokenEndpoints
{
    private const int MaxPage = 500, DefaultPage = 100;

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var token = routes.MapGroup("/contracts/{serviceId}/users/{userId}/token").WithTags("Token");
        token.MapPost("/issue", Issue).WithName("issueToken").Answers<Receipt>(202).WithSummary("トークン発行: makes the token and queues the mail");
        token.MapPost("/resend", Resend).WithName("resendMail").Answers<Receipt>(202).WithSummary("Sends the mail again; the earlier link is dead");
        token.MapPost("/confirm", Confirm).WithName("confirmToken").Produces<Receipt>().WithSummary("認証確認: the first password puts the token in use");
        token.MapPost("/register", Register).WithName("registerToken").Produces<Receipt>().WithSummary("利用開始: binds a token by serial number and password");
        token.MapPost("/exchange", Exchange).WithName("exchangeToken").Produces<Receipt>().WithSummary("交換: another token for the one in use, each proved by a password");
        token.MapPost("/discontinue", Discontinue).WithName("discontinueToken").Produces<Receipt>().WithSummary("利用中止: the user ends the use of the token");
        token.MapPost("/resync", Resync).WithName("resyncToken").Produces<Receipt>().WithSummary("Two passwords in a row tell how far the token's clock has drifted");
        token.MapPost("/revoke", Revoke).WithName("revokeToken").Produces<Receipt>().WithSummary("失効");
        foreach (var (action, word) in new[] { (TokenAction.Suspend, "事故設定"), (TokenAction.Resume, "事故解除"), (TokenAction.Unlock, "ロック解除") })
        {
            token.MapPost("/" + action.ToRow(), (string serviceId, string userId, HinderRequest? body, ApiCaller api, HinderTokenHandler handler, HttpContext http) =>
                Hinder(action, serviceId, userId, body, api, handler, http)).WithName(action.ToRow() + "Token").Produces<Receipt>().WithSummary(word);
        }

        routes.MapGet("/tokens", List).WithName("listTokens").WithTags("Token").Produces<TokenPage>().WithSummary("The institution's tokens, page by page");
    }

    private static Task<Answer> Issue(
        string serviceId, string userId, IssueRequest body, ApiCaller api, IssueTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new IssueToken(
            api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), errors.MobileEmail(body.MobileEmail), errors.ActivationPin(body.ActivationPin));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Resend(
        string serviceId, string userId, ResendRequest? body, ApiCaller api, ResendMailHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new ResendMail(
            api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), body?.MobileEmail is { } email ? errors.MobileEmail(email) : null);
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Confirm(
        string serviceId, string userId, ConfirmRequest body, ApiCaller api, ConfirmTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new ConfirmToken(api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), errors.Otp(body.Otp));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Register(
        string serviceId, string userId, RegisterRequest body, ApiCaller api, RegisterTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new RegisterToken(
            api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), errors.Serial(body.Serial), errors.Otp(body.Otp), body.OtpAtLogin,
            errors.ActingUserId(body.ActingUserId));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Exchange(
        string serviceId, string userId, ExchangeRequest body, ApiCaller api, ExchangeTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new ExchangeToken(
            api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), errors.Otp(body.CurrentOtp, "currentOtp"),
            errors.Serial(body.NewSerial, "newSerial"), errors.Otp(body.NewOtp, "newOtp"), errors.ActingUserId(body.ActingUserId));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Discontinue(
        string serviceId, string userId, DiscontinueRequest body, ApiCaller api, DiscontinueTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new DiscontinueToken(api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), errors.Otp(body.Otp));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Resync(
        string serviceId, string userId, ResyncRequest body, ApiCaller api, ResyncTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new ResyncToken(
            api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), errors.Otp(body.Otp1, "otp1"), errors.Otp(body.Otp2, "otp2"));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Revoke(
        string serviceId, string userId, RevokeRequest? body, ApiCaller api, RevokeTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new RevokeToken(
            api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), errors.OptionalOtp(body?.Otp), errors.ActingUserId(body?.ActingUserId));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static Task<Answer> Hinder(
        TokenAction action, string serviceId, string userId, HinderRequest? body, ApiCaller api, HinderTokenHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new HinderToken(
            api.Caller, errors.ServiceId(serviceId), errors.UserId(userId), action, errors.ActingUserId(body?.ActingUserId),
            errors.OptionalLine("reason", body?.Reason, HinderToken.MaxReason));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static async Task<Answer> List(
        string? status, string? expiresBefore, string? cursor, string? limit, ApiCaller api, TokenQueries queries, HttpContext http)
    {
        var errors = new FieldErrors();
        TokenStatus? wanted = status is null ? null : errors.Choice<TokenStatus>("status", status);
        var before = errors.OptionalInstant("expiresBefore", expiresBefore);
        var rows = (int)errors.OptionalNumber("limit", limit, DefaultPage, 1, MaxPage);
        if (errors.Any)
            return Answer.Of(errors.ToProblem());
        var request = new ListTokens(wanted, before, cursor, rows);
        return (await queries.List(api.Caller, request, http.RequestAborted)).ToAnswer(http);
    }
}

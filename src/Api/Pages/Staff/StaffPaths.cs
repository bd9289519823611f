using KenshinOtp.Data;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.WebUtilities;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The addresses of the staff console.</summary>
internal static class StaffPaths
{
    public const string Root = "/staff";
    public const string Login = Root + "/login";
    public const string Password = Root + "/password";
    public const string Enroll = Root + "/enroll";
    public const string Otp = Root + "/otp";
    public const string Logout = Root + "/logout";
    public const string Sessions = Root + "/sessions";
    public const string Search = Root + "/search";
    public const string Contracts = Root + "/contracts";
    public const string Queue = Root + "/queue";
    public const string Deliveries = Root + "/deliveries";
    public const string Audit = Root + "/audit";
    public const string Jobs = Root + "/jobs";
    public const string Engine = Jobs + "/engine";
    public const string Message = Root + "/message";
    public const string Language = Root + "/language";
    public const string Seen = Root + "/seen";

    /// <summary>Says at the log-in that the form that led there did nothing.</summary>
    public const string Undone = "undone";

    /// <summary>Whether faults there are told by a page rather than by a problem document.</summary>
    public static bool Owns(PathString path) => path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase);

    /// <param name="serviceId">Which.</param>
    /// <param name="from">The search that found it, to go back to.</param>
    public static string Contract(string serviceId, SearchAsked? from = null)
    {
        var path = $"{Contracts}/{Uri.EscapeDataString(serviceId)}";
        return from is null ? path : $"{path}?{from.Query}";
    }

    /// <summary>Where an action on a user's token, or without a user on the whole contract, is prepared.</summary>
    public static string Act(string serviceId, StaffAction action, string? userId, SearchAsked? from = null) =>
        $"{Contract(serviceId)}/act?action={action.ToRow()}{(userId is null ? "" : $"&user={Uri.EscapeDataString(userId)}")}{(from is null ? "" : $"&{from.Query}")}";

    public static string Resend(string mailId) => $"{Root}/mails/{Uri.EscapeDataString(mailId)}/resend";

    public static string Receipt(string number) => $"{Root}/receipts/{Uri.EscapeDataString(number)}";

    public static string Draft(string draftId) => $"{Root}/drafts/{Uri.EscapeDataString(draftId)}";

    public static string Find(SearchAsked? asked) => asked is null ? Root : $"{Search}?{asked.Query}";

    /// <summary>A page that brings back to another once its own work is done.</summary>
    public static string WithReturn(string path, string? returnUrl) =>
        returnUrl is null or Root || !IsOurs(returnUrl) ? path : $"{path}?returnUrl={Uri.EscapeDataString(returnUrl)}";

    /// <summary>The log-in for whose form came after the session's end, and then back to its page.</summary>
    public static string LogInAfter(HttpRequest form)
    {
        var page = form.Path + QueryString.Create(form.Query.Where(pair => pair.Key != "handler"));
        return QueryHelpers.AddQueryString(WithReturn(Login, page), Undone, "1");
    }

    /// <summary>Where the next step of a log-in is taken.</summary>
    public static string StepOf(StaffVisit visit) => visit switch
    {
        { Member.PasswordTemporary: true } => Password,
        { Session.Stage: SignInStage.Full } => Root,
        { Member.Secret: null } => Enroll,
        _ => Otp,
    };

    /// <summary>The address that switches to a language and comes back here.</summary>
    public static string SwitchHref(HttpContext http, string language) => $"{Language}?to={language}&back={Uri.EscapeDataString(LocalAddress.Asked(http))}";

    /// <summary>Whether a page may send the browser there.</summary>
    public static bool IsOurs(string? path) =>
        path is not null && (path == Root || path.StartsWith(Root + "/", StringComparison.Ordinal) || path.StartsWith(Root + "?", StringComparison.Ordinal))
        && LocalAddress.IsPlain(path);
}

using System.Text.RegularExpressions;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>A test on a centre of its own with one bank, at whose branches people work.</summary>
public abstract partial class StaffTest : IAsyncLifetime
{
    /// <summary>A paper form, filled in with the full-width letters of a Japanese keyboard.</summary>
    protected static readonly (string, string)[] PaperForm = [("formNumber", "Ａ-123"), ("reason", "lost"), ("note", "駅で紛失")];

    protected Centre Centre { get; private set; } = null!;

    protected Bank Bank { get; private set; } = null!;

    protected Paperwork Paperwork => Centre.Services.GetRequiredService<Paperwork>();

    protected StaffDesk Desk => Centre.Services.GetRequiredService<StaffDesk>();

    public virtual async Task InitializeAsync()
    {
        Centre = await Centre.Start();
        Bank = await Centre.Bank();
    }

    public virtual async Task DisposeAsync() => await Centre.DisposeAsync();

    protected async Task<StaffVisit> AtWork(StaffRole role, string? branch = "001", string? login = null, string institution = "9001") =>
        await (await Clerk.Hire(Centre, institution, login ?? $"{role}{branch}".ToLowerInvariant(), role, branch)).Visit();

    protected Task<Result<Submitted>> Submit(StaffVisit visit, StaffAction action, Customer customer) =>
        Paperwork.Submit(
            new(visit, action, Service(customer), action == StaffAction.Cancel ? null : User(customer), new("A-123", PaperReason.Lost, Note: null)), CancellationToken.None);

    protected static ServiceId Service(Customer customer) => ServiceId.TryParse(customer.ServiceId, out var id) ? id : default;

    protected static UserId User(Customer customer) => UserId.TryParse(customer.UserId, out var id) ? id : default;

    /// <summary>The page with the paper form of a deed on somebody's token, or on the whole contract.</summary>
    protected static string Act(Customer customer, StaffAction action) =>
        $"/staff/contracts/{customer.ServiceId}/act?action={action.ToRow()}{(action == StaffAction.Cancel ? "" : $"&user={customer.UserId}")}";

    /// <summary>Without what differs from answer to answer: the forms' tokens and the seconds that are left.</summary>
    protected static string Neutral(string html) => Passing().Replace(html, "");

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"[^\"]+\"|data-left=\"[0-9]+\"", RegexOptions.None, 5000)]
    private static partial Regex Passing();
}

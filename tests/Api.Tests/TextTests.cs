using KenshinOtp.Api.Tests.Staff;
using KenshinOtp.Institutions;
using KenshinOtp.Results;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>Texts at the limits of their columns, and beyond what a database takes: the same answers on every engine.</summary>
public sealed class TextTests : StaffTest
{
    private static readonly string Long = string.Concat(Enumerable.Repeat("信用組合の利用者が届け出た事故のため停止", 10)); // 200 characters

    [Fact]
    public async Task Japanese_of_the_greatest_length_is_taken_everywhere()
    {
        var (customer, _) = await Bank.CustomerWithToken(new string('S', 64), new string('u', 64));
        var teller = await AtWork(StaffRole.Teller);

        (await Bank.Put("contracts/" + customer.ServiceId, new { name = new string('㍿', 100), tokenMode = "grouped", branch = "001" })).Code.ShouldBe(200);
        (await Bank.Put($"contracts/{customer.ServiceId}/users/{customer.UserId}", new { displayName = Long[..100], role = "administrator" })).Code.ShouldBe(200);
        var suspended = await Bank.Post($"contracts/{customer.ServiceId}/users/{customer.UserId}/token/suspend", new { reason = string.Concat(Enumerable.Repeat("😀", 100)) });
        suspended["token.status"].ShouldBe("suspended");
        var drafted = await Paperwork.Submit(
            new(teller, StaffAction.Cancel, Service(customer), UserId: null, new(new string('9', 40), PaperReason.Other, Long)), CancellationToken.None);
        var approver = await AtWork(StaffRole.Approver);
        (await Paperwork.Approve(approver, drafted.Value!.Draft!.Id, Long, CancellationToken.None)).Problem.ShouldBeNull();

        var events = (await Bank.Get("events")).Json.GetProperty("items").EnumerateArray().ToList();
        events[^1].GetProperty("data").GetProperty("detail").GetString().ShouldStartWith("form 9999");
        (await new AuditTrail(Centre).Verify()).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task What_turns_the_letters_round_stands_in_no_name_and_no_note_whoever_enters_it()
    {
        const string turned = "湖畔\u202e商店";
        var (services, errors) = (Centre.Services, new FieldErrors());
        InstitutionCode.TryParse(Bank.Code, out var code).ShouldBeTrue();

        var problems = new[]
        {
            (await services.GetRequiredService<InstitutionDesk>().Add("9002", turned, "kenshin", mailFrom: null, CancellationToken.None)).Problem,
            (await services.GetRequiredService<ApiKeys>().Add(code, turned, CancellationToken.None)).Problem,
            (await services.GetRequiredService<StaffAccounts>().Add(new(Bank.Code, "sato", turned, "001", StaffRole.Teller, Password: null), CancellationToken.None)).Problem,
        };
        Paper.Read("A-1", "other", turned, errors).ShouldBeNull();

        problems.ShouldAllBe(problem => problem!.Errors!.Single().Key == "name");
        errors.ToProblem().Errors!.Keys.ShouldBe(["note"]);
        (await Bank.Put("contracts/S1", new { name = turned, tokenMode = "individual" })).Problem.ShouldBe("invalid_request");
    }

    [Fact]
    public async Task What_no_database_takes_is_refused_at_the_door()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller);
        using var screen = await StaffScreen.At(Centre, clerk);
        var customer = await Bank.Customer();

        (await Bank.Get("tokens?cursor=AA")).Problem.ShouldBe("invalid_request");
        (await Bank.Get("tokens?status=%00")).Code.ShouldBe(400);
        (await Bank.Post("portal-sessions", new
        {
            serviceId = customer.ServiceId, userId = customer.UserId, page = "issue", returnUrl = "https://bank.example/" + string.Concat(Enumerable.Repeat("あ", 400)),
        })).Problem.ShouldBe("invalid_request");
        ((int)(await screen.Get("/staff/search?q=%00")).StatusCode).ShouldBe(400);
        ((int)(await screen.Get("/staff/search?q=%E6%B9%96%E7%95%94")).StatusCode).ShouldBe(200);
    }
}

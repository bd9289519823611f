using KenshinOtp.Api.Tests.Staff;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>What the hourly clean-up takes away, what it leaves, and what keeps it from its work.</summary>
public sealed class CleanupTests : StaffTest
{
    private Bank _shinkin = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _shinkin = await Centre.Bank("9002", "shinkin-personal");
    }

    [Fact]
    public async Task A_token_that_a_paper_names_stays_without_an_owner_and_holds_up_nothing()
    {
        var (customer, phone) = await _shinkin.CustomerWithRegisteredToken();
        await _shinkin.EnrolledPhone();
        var teller = await AtWork(StaffRole.Teller, institution: "9002");
        var draft = (await Submit(teller, StaffAction.Revoke, customer)).Value!.Draft!;
        (await Paperwork.Withdraw(teller, draft.Id, CancellationToken.None)).Problem.ShouldBeNull();
        (await customer.Discontinue(await phone.Password())).Message.EnsureSuccessStatusCode();
        Centre.Clock.Advance(TimeSpan.FromDays(91));

        await Centre.RunJob("cleanup");

        (await Serials()).ShouldBe([phone.Serial]);
        (await customer.Register(phone.Serial, await phone.Password())).Message.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task One_step_that_fails_is_told_and_keeps_no_other_from_its_work()
    {
        await _shinkin.EnrolledPhone();
        var teller = await AtWork(StaffRole.Teller);
        Centre.Clock.Advance(TimeSpan.FromDays(91));
        new AuditTrail(Centre).Rename("idempotent_answer", "mislaid");

        (await Should.ThrowAsync<System.Data.Common.DbException>(() => Centre.RunJob("cleanup"))).Message.ShouldContain("idempotent_answer");

        new AuditTrail(Centre).Rename("mislaid", "idempotent_answer");
        (await Serials()).ShouldBeEmpty();
        (await Sessions(teller)).ShouldBe("0");
        Centre.Log.Lines.ShouldContain(line => line.Contains("Job cleanup: one step failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sessions_of_staff_are_forgotten_90_days_after_they_were_over()
    {
        var teller = await AtWork(StaffRole.Teller);
        Centre.Clock.Advance(TimeSpan.FromDays(90));
        await Centre.RunJob("cleanup");
        (await Sessions(teller)).ShouldNotBe("0");

        Centre.Clock.Advance(StaffSessions.IdleLimit);
        await Centre.RunJob("cleanup");

        (await Sessions(teller)).ShouldBe("0");
        (await Centre.Services.GetRequiredService<StaffSessions>().Find(BearerCode.Random(16), CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task The_address_of_an_issuance_goes_400_days_after_its_token_was_revoked_and_stays_with_a_token_in_use()
    {
        var (gone, phone) = await Bank.CustomerWithToken("S1000001");
        var (stays, _) = await Bank.CustomerWithToken("S1000002");
        (await gone.Revoke(await phone.Password())).Message.EnsureSuccessStatusCode();
        Centre.Clock.Advance(TimeSpan.FromDays(400) - TimeSpan.FromMinutes(1));
        await Centre.RunJob("cleanup");
        (await gone.Look())["token.mobileEmail"].ShouldBe("t***@docomo.ne.jp");
        var teller = await AtWork(StaffRole.Teller);
        (await Desk.Search(teller, "S1000001", cursor: null, 10, CancellationToken.None)).Items.ShouldHaveSingleItem().MobileEmail.ShouldBe(Customer.Email);

        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        await Centre.RunJob("cleanup");

        (await gone.Look()).ShouldSatisfyAllConditions(look => look["token.status"].ShouldBe("revoked"), look => look["token.mobileEmail"].ShouldBeNull());
        (await Desk.Search(teller, "S1000001", cursor: null, 10, CancellationToken.None)).Items.ShouldHaveSingleItem().MobileEmail.ShouldBeNull();
        (await stays.Look())["token.mobileEmail"].ShouldBe("t***@docomo.ne.jp");
        new AuditTrail(Centre).Ask($"select count(*) from issuance where mobile_email = '{Customer.Email}'").ShouldBe("1");
        (await gone.Issue()).Message.EnsureSuccessStatusCode();
    }

    private Task<string?> Sessions(StaffVisit visit) => Task.FromResult(new AuditTrail(Centre).Ask($"select count(*) from staff_session where staff_id = '{visit.Member.Id}'"));

    private async Task<IEnumerable<string?>> Serials() =>
        (await _shinkin.Get("tokens")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("serial").GetString());
}

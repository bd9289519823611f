using KenshinOtp.Otp;
using KenshinOtp.Tokens;
using static KenshinOtp.Tokens.TokenAction;
using static KenshinOtp.Tokens.TokenStatus;

namespace KenshinOtp.Core.Tests.Tokens;

public sealed class TokenTransitionsTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Where each action leads, but for ends and the lifting of hindrances.</summary>
    public static TheoryData<TokenStatus, TokenAction, TokenStatus> Ways { get; } = new()
    {
        { Issued, Activate, Activated },
        { Issued, Suspend, Suspended },
        { Activated, Activate, Activated },
        { Activated, Confirm, InUse },
        { Activated, TokenAction.Lock, Locked },
        { Activated, Suspend, Suspended },
        { Unbound, Register, InUse },
        { InUse, TokenAction.Lock, Locked },
        { InUse, Suspend, Suspended },
        { InUse, Expire, Expired },
        { InUse, CompleteRenewal, InUse },
        { Expired, CompleteRenewal, InUse },
        { Expired, TokenAction.Lock, Locked },
        { Expired, Suspend, Suspended },
        { Locked, Suspend, Suspended },
    };

    [Fact]
    public void Nothing_happens_to_a_revoked_token_any_more() =>
        Enum.GetValues<TokenAction>().ShouldAllBe(action => Of(Revoked).After(action, 10) == null);

    [Fact]
    public void Every_living_token_can_be_revoked() =>
        Enum.GetValues<TokenStatus>().Where(status => status != Revoked).ShouldAllBe(status => Of(status).After(Revoke, 10) == Revoked);

    [Theory, MemberData(nameof(Ways))]
    public void A_token_goes_its_way(TokenStatus from, TokenAction action, TokenStatus to) => Of(from).After(action, 10).ShouldBe(to);

    [Fact]
    public void And_no_other()
    {
        var ways = Ways.Select(way => ((TokenStatus)way[0], (TokenAction)way[1])).Concat([(Locked, Unlock), (Suspended, Resume)]).ToHashSet();
        foreach (var from in Enum.GetValues<TokenStatus>())
            foreach (var action in Enum.GetValues<TokenAction>().Except([Revoke, Release]).Where(action => !ways.Contains((from, action))))
                Of(from).After(action, 10).ShouldBeNull($"{from}, {action}");
    }

    [Fact]
    public void Lifting_a_hindrance_leads_back_to_where_the_token_was()
    {
        Of(Suspended).After(Resume, 10).ShouldBe(Issued);
        (Of(Suspended) with { ActivatedAt = Day }).After(Resume, 10).ShouldBe(Activated);
        (Of(Suspended) with { ActivatedAt = Day, ConfirmedAt = Day }).After(Resume, 10).ShouldBe(InUse);
        (Of(Locked) with { ActivatedAt = Day }).After(Unlock, 10).ShouldBe(Activated);
    }

    [Fact]
    public void A_token_whose_lapse_was_announced_comes_back_as_lapsed_unless_it_was_renewed_since()
    {
        var lapsed = Of(Suspended) with { ActivatedAt = Day, ConfirmedAt = Day, ExpiresAt = Day.AddDays(730), LapsedAt = Day.AddDays(730) };

        lapsed.After(Resume, 10).ShouldBe(Expired);
        (lapsed with { Status = Locked }).After(Unlock, 10).ShouldBe(Expired);
        (lapsed with { ExpiresAt = Day.AddDays(1460) }).After(Resume, 10).ShouldBe(InUse);
    }

    [Theory]
    [InlineData(InUse, TokenKind.SelfEnrolled, false, Unbound)]
    [InlineData(InUse, TokenKind.Hardware, false, Unbound)]
    [InlineData(InUse, TokenKind.SelfEnrolled, true, Revoked)] // half renewed: nobody knows which secret the app has
    [InlineData(InUse, TokenKind.MobileApp, false, Revoked)]
    [InlineData(Suspended, TokenKind.Hardware, false, Revoked)]
    [InlineData(Locked, TokenKind.SelfEnrolled, false, Revoked)]
    [InlineData(Expired, TokenKind.SelfEnrolled, false, Revoked)]
    [InlineData(Issued, TokenKind.MobileApp, false, Revoked)]
    [InlineData(Activated, TokenKind.MobileApp, false, Revoked)]
    [InlineData(Unbound, TokenKind.SelfEnrolled, false, null)] // it waits already
    public void What_nobody_uses_any_more_waits_for_the_next_or_dies(TokenStatus from, TokenKind kind, bool renewing, TokenStatus? to) =>
        (Of(from) with { Kind = kind, NextSecret = renewing ? "sealed" : null }).After(Release, 10).ShouldBe(to);

    [Fact]
    public void A_token_suspended_while_locked_is_locked_again_when_it_is_resumed() =>
        (Of(Suspended) with { ActivatedAt = Day, ConfirmedAt = Day, Failures = 10 }).After(Resume, 10).ShouldBe(Locked);

    [Theory]
    [InlineData(InUse)]
    [InlineData(Activated)]
    [InlineData(Issued)]
    public void From_its_date_on_a_token_counts_as_expired_also_one_that_never_came_into_use(TokenStatus status)
    {
        var token = Of(status) with { ExpiresAt = Day };

        token.StatusAt(Day.AddSeconds(-1)).ShouldBe(status);
        token.StatusAt(Day).ShouldBe(Expired);
    }

    [Theory]
    [InlineData("SKTS00012345", "SKTS00012345")]
    [InlineData(" skts 0001 2345", "SKTS00012345")]
    [InlineData("ＳＫＴＳ００１２", "SKTS0012")]
    public void Serial_numbers_are_folded(string typed, string serial)
    {
        SerialNumber.TryParse(typed, out var parsed).ShouldBeTrue();
        parsed.Value.ShouldBe(serial);
    }

    [Theory]
    [InlineData("SK1")]
    [InlineData("SKTS-0001")]
    [InlineData("SKTS0001234567890123456")]
    [InlineData("トークン1")]
    [InlineData(null)]
    public void Other_things_are_no_serial_numbers(string? typed) => SerialNumber.TryParse(typed, out _).ShouldBeFalse();

    private static Token Of(TokenStatus status)
    {
        SerialNumber.TryParse("KNST00000001", out var serial);
        return new Token
        {
            Id = "1",
            InstitutionId = "1",
            Kind = TokenKind.MobileApp,
            Serial = serial,
            Status = status,
            Algorithm = OtpAlgorithm.Sha1,
            Digits = 6,
            Period = 60,
        };
    }
}

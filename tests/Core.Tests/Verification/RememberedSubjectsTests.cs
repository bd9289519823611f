using KenshinOtp.Data;
using KenshinOtp.Otp;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Core.Tests.Verification;

public sealed class RememberedSubjectsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 30, 0, TimeSpan.Zero);
    private static readonly TokenSecret Secret = TokenSecret.Random(OtpAlgorithm.Sha256);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_that_an_acceptance_is_judged_by_is_remembered(bool lapses)
    {
        var subjects = new RememberedSubjects(10);
        var subject = Subject(expiresAt: lapses ? Now.AddYears(2).AddMilliseconds(7) : null);

        subjects.Keep(Key("a"), subject, Secret, step: 59_000_000, drift: -2);

        var token = subject.Token! with { Secret = null, ActivatedAt = null, Failures = 0, LastStep = 59_000_000, Drift = -2 };
        subjects.Find(Key("a")).ShouldBe(subject with { Token = token, Secret = Secret });
    }

    [Fact]
    public void The_next_password_goes_on_from_the_last_one()
    {
        var subjects = new RememberedSubjects(10);
        subjects.Keep(Key("a"), Subject(), Secret, step: 100, drift: 1);

        subjects.Advance(Key("a"), step: 101, drift: 0);

        subjects.Find(Key("a"))!.Token.ShouldNotBeNull().ShouldSatisfyAllConditions(token => token.LastStep.ShouldBe(101), token => token.Drift.ShouldBe(0));
    }

    [Fact]
    public void Who_was_forgotten_meanwhile_stays_forgotten()
    {
        var subjects = new RememberedSubjects(10);
        subjects.Keep(Key("a"), Subject(), Secret, step: 100, drift: 0);
        subjects.Forget(Key("a"));

        subjects.Advance(Key("a"), step: 101, drift: 0);

        subjects.Find(Key("a")).ShouldBeNull();
    }

    [Fact]
    public void Whoever_comes_again_outlives_those_who_do_not()
    {
        var subjects = new RememberedSubjects(2);
        foreach (var user in (string[])["a", "b", "c"])
            subjects.Keep(Key(user), Subject(), Secret, step: 100, drift: 0);

        subjects.Advance(Key("a"), step: 101, drift: 0); // a and b are of the older generation
        subjects.Keep(Key("d"), Subject(), Secret, step: 100, drift: 0);

        subjects.Find(Key("a"))!.Token!.LastStep.ShouldBe(101);
        subjects.Find(Key("b")).ShouldBeNull();
        subjects.Find(Key("c")).ShouldNotBeNull();
        subjects.Find(Key("d")).ShouldNotBeNull();
    }

    [Fact]
    public void As_many_as_fit_are_remembered_however_often_they_come()
    {
        var subjects = new RememberedSubjects(2);
        for (var step = 100; step < 104; step++)
        {
            subjects.Keep(Key("a"), Subject(), Secret, step, drift: 0);
            subjects.Keep(Key("b"), Subject(), Secret, step, drift: 0);
        }

        subjects.Keep(Key("c"), Subject(), Secret, step: 104, drift: 0);

        subjects.Find(Key("a")).ShouldNotBeNull();
        subjects.Find(Key("b")).ShouldNotBeNull();
    }

    private static SubjectKey Key(string user) => new("0190000000007a008000000000000001", "K1000001", user);

    private static VerifiableSubject Subject(DateTimeOffset? expiresAt = null) => new()
    {
        IsCancelled = false,
        UserRowId = Ids.New(Now),
        OtpAtLogin = true,
        Token = new()
        {
            Id = Ids.New(Now),
            InstitutionId = Key("a").InstitutionId,
            Kind = TokenKind.Hardware,
            Serial = SerialNumber.TryParse("SKTS00012345", out var serial) ? serial : default,
            Status = TokenStatus.InUse,
            Algorithm = OtpAlgorithm.Sha256,
            Digits = 8,
            Period = 60,
            Secret = "0001.sealed",
            Drift = 1,
            LastStep = 58_000_000,
            Failures = 3,
            Version = 5,
            ActivatedAt = Now.AddDays(-1),
            ExpiresAt = expiresAt,
        },
    };
}

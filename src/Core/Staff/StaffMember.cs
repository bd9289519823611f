using KenshinOtp.Data;
using KenshinOtp.Otp;

namespace KenshinOtp.Staff;

/// <summary>A member of an institution's staff. A snapshot of the row; changes go through <see cref="StaffStore"/>'s guarded statements.</summary>
public sealed record StaffMember
{
    public required string Id { get; init; }

    public required string InstitutionId { get; init; }

    /// <summary>ログインID</summary>
    public required string Login { get; init; }

    public required string DisplayName { get; init; }

    /// <summary>The branch whose contracts the person works on; null: those of the whole institution.</summary>
    public string? Branch { get; init; }

    public required StaffRole Role { get; init; }

    /// <summary>The password (<see cref="StaffPasswords"/>).</summary>
    public required string PasswordHash { get; init; }

    /// <summary>Whether the password was given by an operator and must be changed at the first log-in.</summary>
    public bool PasswordTemporary { get; init; }

    /// <summary>The sealed secret of the person's token; null until the first log-in has enrolled one.</summary>
    public string? Secret { get; init; }

    /// <summary>The sealed secret of a token that was shown and not yet proved.</summary>
    public string? PendingSecret { get; init; }

    public long LastStep { get; init; }

    public int Drift { get; init; }

    /// <summary>Wrong passwords in a row, of either kind, after the first one had been right.</summary>
    public int Failures { get; init; }

    public DateTimeOffset? LockedAt { get; init; }

    /// <summary>Until when no password is judged at the log-in, after many wrong ones; null if there was no need.</summary>
    public DateTimeOffset? KnocksPausedUntil { get; init; }

    /// <summary>Since when the person is out of service; null while in service.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    public long Version { get; init; }

    /// <summary>Whether the door opens at all: neither locked nor out of service.</summary>
    public bool MayEnter => LockedAt is null && DisabledAt is null;

    public bool May(StaffAction action) => Role.May(action);

    /// <summary>Whether a contract of this branch is within reach.</summary>
    public bool Reaches(string? branch) => Branch is null || string.Equals(Branch, branch, StringComparison.Ordinal);
}

/// <summary>The token of a member of staff: what every authenticator app understands.</summary>
public static class StaffToken
{
    public const OtpAlgorithm Algorithm = OtpAlgorithm.Sha1;
    public const int Digits = 6, Period = 30, DriftSteps = 1;

    /// <summary>What its secret is sealed for.</summary>
    public static string Place(string staffId) => $"staff/{staffId}/secret";

    public static DriftWindow Window(StaffMember member, DateTimeOffset now) => new(Totp.StepAt(now, Period), member.Drift, DriftSteps, Period);
}

internal sealed class StaffRow
{
    public string Id { get; init; } = "";
    public string InstitutionId { get; init; } = "";
    public string Login { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string? Branch { get; init; }
    public string Role { get; init; } = "";
    public string PasswordHash { get; init; } = "";
    public int PasswordTemporary { get; init; }
    public string? Secret { get; init; }
    public string? PendingSecret { get; init; }
    public long LastStep { get; init; }
    public int Drift { get; init; }
    public int Failures { get; init; }
    public long? LockedAt { get; init; }
    public long? KnocksPausedUntil { get; init; }
    public long? DisabledAt { get; init; }
    public long Version { get; init; }

    public StaffMember ToDomain() => new()
    {
        Id = Id,
        InstitutionId = InstitutionId,
        Login = Login,
        DisplayName = DisplayName,
        Branch = Branch,
        Role = EnumNames.Parse<StaffRole>(Role),
        PasswordHash = PasswordHash,
        PasswordTemporary = PasswordTemporary == 1,
        Secret = Secret,
        PendingSecret = PendingSecret,
        LastStep = LastStep,
        Drift = Drift,
        Failures = Failures,
        LockedAt = Instants.FromRow(LockedAt),
        KnocksPausedUntil = Instants.FromRow(KnocksPausedUntil),
        DisabledAt = Instants.FromRow(DisabledAt),
        Version = Version,
    };
}

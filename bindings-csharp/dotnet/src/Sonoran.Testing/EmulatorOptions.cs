namespace Sonoran.Testing;

/// <summary>How an emulator is started.</summary>
public sealed record EmulatorOptions
{
    /// <summary>
    /// Whether it counts rate limits as the service does, and the clients of its worlds wait for them. A test of your own code
    /// seldom wants that: after some calls it would wait for a minute.
    /// </summary>
    public bool Limits { get; init; }

    /// <summary>Whether it takes only what is documented; the refusal names the nearest documented field.</summary>
    public bool Strict { get; init; }

    /// <summary>A state to start with, in place of the documented examples'.</summary>
    public string? SeedFile { get; init; }

    /// <summary>The program; else the environment's <c>SONORAN_EMULATOR</c>, the one that the package puts beside the tests, or the one on PATH.</summary>
    public string? Program { get; init; }
}

namespace Sonoran;

/// <summary>What the refusal of an event is about.</summary>
public enum EventErrorKind
{
    /// <summary>The body is no event (400).</summary>
    Malformed = 0,

    /// <summary>The key is missing or wrong (401).</summary>
    Auth = 1,

    /// <summary>The body is too large (413).</summary>
    TooLarge = 2,
}

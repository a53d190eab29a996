namespace Sonoran.Json;

/// <summary>A record that some operations take, and no others.</summary>
internal interface IOfOneCall;

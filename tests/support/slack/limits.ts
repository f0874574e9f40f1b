/**
 * What Slack's documentation allows, for tests only: the adapter has numbers of its own, so that a wrong one is found here.
 * Pages are those of https://docs.slack.dev, lengths in characters.
 */
export const BLOCK_LIMITS = {
  // /reference/block-kit/composition-objects/text-object
  text: 3_000,
  // /reference/block-kit/blocks and the page of each block
  blocksOfMessage: 50,
  blocksOfView: 100,
  blockId: 255,
  actionId: 255,
  url: 3_000,
  // /reference/block-kit/blocks/header-block
  header: 150,
  // /reference/block-kit/blocks/section-block
  section: 3_000,
  sectionFields: 10,
  sectionField: 2_000,
  // /reference/block-kit/blocks/context-block names ten elements. It gives their text no length of its own, so that 3,000 would hold; other libraries keep to this, and so do we.
  contextElements: 10,
  contextText: 2_000,
  // /reference/block-kit/blocks/actions-block
  actionsElements: 25,
  // /reference/block-kit/blocks/image-block
  imageText: 2_000,
  // /reference/block-kit/blocks/input-block
  inputText: 2_000,
  // /reference/block-kit/block-elements/button-element
  buttonText: 75,
  buttonValue: 2_000,
  buttonLabel: 75,
  // /reference/block-kit/block-elements/overflow-menu-element: "up to five". The page used to name two as the fewest, and a menu of one is no menu.
  overflowFewest: 2,
  overflow: 5,
  // /reference/block-kit/block-elements/checkboxes-element and /radio-button-group-element
  choices: 10,
  // /reference/block-kit/block-elements/select-menu-element
  selectOptions: 100,
  placeholder: 150,
  // /reference/block-kit/block-elements/plain-text-input-element
  input: 3_000,
  // /reference/block-kit/composition-objects/option-object (the SDK's own comment says 75 for the value; the page says 150)
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  // /reference/block-kit/composition-objects/confirmation-dialog-object
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
} as const;

export const VIEW_LIMITS = {
  // /reference/views/modal-views
  title: 24,
  button: 24,
  metadata: 3_000,
  callbackId: 255,
  // /reference/methods/views.open, error view_too_large
  bytes: 250_000,
} as const;

export const MESSAGE_LIMITS = {
  // /reference/methods/chat.postMessage: "for best results limit to 4,000"; cut at 40,000. /reference/methods/chat.update refuses over 4,000.
  textRecommended: 4_000,
  textCut: 40_000,
  // Undocumented. https://github.com/slackapi/bolt-js/issues/2509 measured msg_blocks_too_long from 13,297 characters on, from 13,172 with one divider more;
  // others measured about 100 for each header. So each block weighs 125 beside its text, and `&`, `<`, `>` weigh as their entities.
  weight: 13_200,
  blockWeight: 125,
  // /messaging/message-metadata, error metadata_too_large; the number is undocumented.
  metadata: 8_000,
} as const;
